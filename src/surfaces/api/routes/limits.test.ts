import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrame, readFrom } from '../../../foundation/journal/index.ts';
import type { Limit } from '../schemas/limit.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let operator: string;
let other: string;
let rings = 0;
beforeAll(async () => {
  api = await openTestApi({
    doorbell: {
      ring: () => {
        rings += 1;
      },
      listen: async () => ({ stop: async () => {} }),
      close: async () => {},
    },
  });
  operator = await api.keyFor('acme', 'operator');
  other = await api.keyFor('globex', 'operator');
  await deploySupport(api, await api.keyFor('acme', 'admin'));
});
afterAll(() => api?.drop());

const set = (body: unknown) => api.send(operator, 'PUT', '/v1/limits', body);
const clear = (agent = '', key = operator) =>
  api.send(key, 'DELETE', agent === '' ? '/v1/limits' : `/v1/limits/${agent}`);
const list = async (key = operator) =>
  (await bodyOf<{ limits: Limit[] }>(await api.send(key, 'GET', '/v1/limits'))).limits;

/** What the tenant's own journal says about limits. */
async function recorded(): Promise<object[]> {
  const stream = await api.parts.keys.dataKey('acme', await streamOf('acme'));
  const frames = await readFrom(api.owner, 'permanent', await streamOf('acme'), 0);
  return frames
    .flatMap((frame) => decodeFrame(frame, stream))
    .map(({ meta: { at, ...meta } }) => meta)
    .filter(({ kind }) => kind.startsWith('limit.'));
}
const streamOf = async (tenant: string): Promise<string> =>
  (await api.owner.query('SELECT stream FROM tenant WHERE id = $1', [tenant])).rows[0].stream;

describe('a limit', () => {
  it('is set, changed, listed and cleared, and each is recorded', async () => {
    const answer = await set({ agent: 'support', running: 2 });
    expect(answer.status).toBe(200);
    const limit = await bodyOf<Limit>(answer);
    expect(limit).toEqual({
      agent: 'support',
      running: 2,
      underWay: 0,
      setBy: expect.any(String),
      setAt: expect.stringMatching(/Z$/),
    });
    expect(await bodyOf(await set({ agent: 'support', running: 2 }))).toEqual(limit);
    await set({ agent: 'support', running: 3 });
    await set({ running: 0 });
    expect(await list()).toMatchObject([
      { agent: null, running: 0 },
      { agent: 'support', running: 3 },
    ]);
    expect((await clear()).status).toBe(204);
    expect(await list()).toMatchObject([{ agent: 'support' }]);
    expect((await clear('support')).status).toBe(204);
    expect(await list()).toEqual([]);
    const { setBy: principal } = limit;
    expect(await recorded()).toEqual([
      { kind: 'limit.set', agent: 'support', running: 2, principal },
      { kind: 'limit.set', agent: 'support', running: 3, principal },
      { kind: 'limit.set', running: 0, principal },
      { kind: 'limit.cleared', principal },
      { kind: 'limit.cleared', agent: 'support', principal },
    ]);
  });

  it('shows how many runs are under way: of its agent, or of the tenant', async () => {
    await api.owner.query(
      `INSERT INTO run (id, tenant, class, agent, kind, version, principal, budget, status)
       SELECT gen_random_uuid(), tenant, 'standard', agent, 'agent', 'v', 'ada', '{}', status
       FROM (VALUES ('acme', 'support', 'running'), ('acme', 'billing', 'running'), ('acme', 'support', 'queued'),
         ('acme', 'support', 'waiting'), ('globex', 'support', 'running')) AS r(tenant, agent, status)`,
    );
    expect(await bodyOf(await set({ running: 9 }))).toMatchObject({ agent: null, running: 9, underWay: 2 });
    await set({ agent: 'support', running: 1 });
    expect(await list()).toMatchObject([{ underWay: 2 }, { agent: 'support', underWay: 1 }]);
    await clear();
    await clear('support');
  });

  it('rings for those that waited for it when it is changed and when it is cleared', async () => {
    rings = 0;
    await set({ running: 1 });
    expect(rings).toBe(1);
    await clear();
    expect(rings).toBe(2);
  });

  it('of an agent that is not deployed is refused, since it would hold back nothing', async () => {
    const [status, code] = await refusalOf(await set({ agent: 'suport', running: 1 }));
    expect([status, code]).toEqual([404, 'unknown_agent']);
    expect(await list()).toEqual([]);
  });

  it('may be of model calls that name no agent', async () => {
    expect((await set({ agent: 'direct', running: 1 })).status).toBe(200);
    await clear('direct');
  });

  it.each([
    ['nothing', {}],
    ['a negative number', { running: -1 }],
    ['a fraction', { running: 1.5 }],
    ['a text', { running: '3' }],
    ['no name', { agent: '', running: 3 }],
    ['another field', { running: 3, tenant: 'globex' }],
  ])('of %s is refused', async (_, body) => {
    expect(await refusalOf(await set(body))).toEqual([400, 'invalid_request']);
  });

  it('that is not there cannot be cleared', async () => {
    expect(await refusalOf(await clear())).toEqual([404, 'unknown_limit']);
    expect(await refusalOf(await clear('support'))).toEqual([404, 'unknown_limit']);
  });

  it('of another tenant can neither be seen nor cleared', async () => {
    await set({ running: 5 });
    expect(await list(other)).toEqual([]);
    expect((await clear('', other)).status).toBe(404);
    expect(await list()).toMatchObject([{ running: 5 }]);
    await clear();
  });
});
