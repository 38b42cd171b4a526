import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let operator: string;
let other: string;
beforeAll(async () => {
  api = await openTestApi();
  operator = await api.keyFor('acme', 'operator');
  other = await api.keyFor('globex', 'operator');
  await deploySupport(api, await api.keyFor('acme', 'admin'));
});
afterAll(() => api.drop());

type Shown = { id: string; target: string; scope: string };
const set = (target: string, headers: Record<string, string> = {}) =>
  api.send(operator, 'POST', '/v1/holds', { target, reason: 'Case 7' }, headers);
const list = async (key: string, query = '') =>
  (await bodyOf<{ holds: Shown[] }>(await api.send(key, 'GET', `/v1/holds${query}`))).holds;

describe('a hold', () => {
  it('is set, listed, released, and then listed among the released only', async () => {
    const answer = await set('subject:customer-7');
    expect(answer.status).toBe(201);
    const hold = await bodyOf<Shown>(answer);
    expect(hold).toEqual({
      id: hold.id,
      scope: 'subject',
      target: 'subject:customer-7',
      reason: 'Case 7',
      setBy: expect.any(String),
      setAt: expect.stringMatching(/Z$/),
      releasedBy: null,
      releasedAt: null,
    });
    expect(await list(operator)).toEqual([hold]);
    expect((await api.send(operator, 'DELETE', `/v1/holds/${hold.id}`)).status).toBe(204);
    expect(await list(operator)).toEqual([]);
    expect(await list(operator, '?released=true')).toMatchObject([
      { id: hold.id, releasedAt: expect.any(String) },
    ]);
    expect((await refusalOf(await api.send(operator, 'DELETE', `/v1/holds/${hold.id}`)))[0]).toBe(404);
  });

  it('is set once however often the same request is sent with its key', async () => {
    const key = { 'idempotency-key': 'hold-1' };
    const first = await bodyOf<Shown>(await set('*', key));
    expect(await bodyOf<Shown>(await set('*', key))).toEqual(first);
    expect((await list(operator)).filter(({ target }) => target === '*')).toHaveLength(1);
  });

  it('on a run needs one that is there', async () => {
    const { id } = await bodyOf<{ id: string }>(
      await api.send(operator, 'POST', '/v1/runs', { agent: 'support', input: 'hi' }),
    );
    expect((await set(`run:${id}`)).status).toBe(201);
    expect((await set('run:01990000-0000-7000-8000-000000000000')).status).toBe(404);
  });

  it.each(['run:7', 'session:', 'agent:support', '', 'run:------------------------------------'])(
    'on %j is refused',
    async (target) => {
      expect((await set(target)).status).toBe(400);
    },
  );

  it('of another tenant can neither be seen nor released', async () => {
    const { id } = await bodyOf<Shown>(await set('session:ann'));
    expect(await list(other, '?released=true')).toEqual([]);
    expect((await api.send(other, 'DELETE', `/v1/holds/${id}`)).status).toBe(404);
  });
});
