import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrame, readFrom } from '../../../foundation/journal/index.ts';
import { createCacheUses, createSemanticHits } from '../../../pillars/cache/index.ts';
import type { ShownCaches } from '../schemas/cache.ts';
import { SUPPORT } from '../testing/manifests.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

const POLICY = { ttl: 60_000, threshold: 0.9, embedding: 'local', maxWrong: 0.01, sample: 0.05 };
const HASH = 'c'.repeat(64);
let api: TestApi;
let admin: string;
let other: string;
beforeAll(async () => {
  api = await openTestApi();
  admin = await api.keyFor('acme', 'admin');
  other = await api.keyFor('globex', 'admin');
  const [support] = SUPPORT.definitions;
  if (support === undefined) throw new Error('The sample has no definition.');
  const cached = { ...support, hash: HASH, cache: { semantic: POLICY } };
  await deploySupport(api, admin, { format: 1, definitions: [cached] });
});
afterAll(() => api?.drop());

const show = async (key = admin) => bodyOf<ShownCaches>(await api.send(key, 'GET', '/v1/cache'));
const judge = (body: object, key = admin) => api.send(key, 'POST', '/v1/cache/judgements', body);

/** Logs a hit of a new run. */
async function hit(similarity: number, wrong?: boolean): Promise<string> {
  const run = uuidv7();
  const { wrapped } = await api.worker.keys.newDataKey('acme', run);
  await api.owner.query('INSERT INTO data_key (stream, tenant, wrapped) VALUES ($1, $2, $3)', [
    ...[run, 'acme', wrapped],
  ]);
  await createSemanticHits({ pool: api.worker.store.pool, now: Date.now }).log({
    ...{ tenant: 'acme', run, step: 'main/model/1', agent: 'support', definition: HASH, similarity },
    ...{ source: uuidv7(), served: wrong === undefined, ...(wrong === undefined ? {} : { wrong }) },
  });
  return run;
}

/** Keeps an answer as that which this run was given. */
async function keptAnswer(run: string): Promise<void> {
  const { rows } = await api.owner.query(
    'UPDATE semantic_hit SET source = run WHERE run = $1 RETURNING run',
    [run],
  );
  await api.owner.query(
    `INSERT INTO cache_entry (tenant, kind, key, agent, targets, run, body, asked_at, fresh_until, expires_at)
     VALUES ('acme', 'semantic', 'k', 'support', '{}', $1, 'b', now(), now() + interval '1 h', now() + interval '1 h')`,
    [rows[0].run],
  );
}

/** What the tenant's own journal says about caches. */
async function recorded(): Promise<object[]> {
  const { rows } = await api.owner.query(`SELECT stream FROM tenant WHERE id = 'acme'`);
  const key = await api.parts.keys.dataKey('acme', rows[0].stream);
  return (await readFrom(api.owner, 'permanent', rows[0].stream, 0))
    .flatMap((frame) => decodeFrame(frame, key))
    .map(({ meta: { at, ...meta } }) => meta)
    .filter(({ kind }) => kind.startsWith('cache.'));
}

describe('caches', () => {
  it('show what they were asked and what they saved, to their own tenant', async () => {
    const uses = createCacheUses({ pool: api.worker.store.pool });
    const use = { tenant: 'acme', agent: 'support', kind: 'exact' as const };
    uses.count(use);
    uses.count({ ...use, saved: { savedTokens: 1_100, savedUsd: 0.002 } });
    await uses.stop();
    uses.count({ ...use, saved: { savedTokens: 1_100, savedUsd: 0.002 } });
    await uses.stop();
    const [shown] = (await show()).uses;
    expect(shown).toEqual({
      ...{ agent: 'support', cache: 'exact', asked: 3, hits: 2, hitRate: 2 / 3 },
      ...{ savedTokens: 2_200, savedUsd: 0.004 },
    });
    expect((await show(other)).uses).toEqual([]);
  });

  it('show how far hits by meaning are to be believed, and a person’s word changes it', async () => {
    expect((await show()).semantic).toMatchObject([
      {
        agent: 'support',
        state: 'on',
        threshold: 0.9,
        margin: null,
        judged: 0,
        wrongShare: { low: 0, high: 1 },
      },
    ]);
    await hit(0.95, false);
    const run = await hit(0.93);
    const wrong = { run, key: 'main/model/1', wrong: true };
    await keptAnswer(run);
    expect((await judge({ ...wrong, wrong: false })).status).toBe(204);
    expect((await show()).entries.semantic).toBe(1);
    expect((await judge(wrong)).status).toBe(204);
    // Its answer is not given by meaning again.
    expect((await show()).entries.semantic).toBe(0);
    expect((await show()).semantic).toMatchObject([{ threshold: 0.94, judged: 2, wrong: 1 }]);
    const worst = await hit(1, true);
    expect((await show()).semantic).toMatchObject([{ state: 'off', threshold: null, judged: 3, wrong: 2 }]);
    await judge({ ...wrong, run: worst, wrong: false });
    expect((await show()).semantic).toMatchObject([{ state: 'on', threshold: 0.94 }]);
  });

  it('do not know a hit that was none, or another tenant’s', async () => {
    const body = { run: await hit(0.99), key: 'main/model/1', wrong: true };
    expect(await refusalOf(await judge({ ...body, run: uuidv7() }))).toEqual([404, 'unknown_hit']);
    expect(await refusalOf(await judge(body, other))).toEqual([404, 'unknown_hit']);
    expect(await refusalOf(await judge({ ...body, run: 'x' }))).toEqual([400, 'invalid_request']);
  });

  it('are cleared by tag and by agent, and it is recorded who did', async () => {
    const answer = await api.send(admin, 'POST', '/v1/cache/invalidations', {
      ...{ tags: ['account'], agent: 'support' },
    });
    expect(await bodyOf(answer)).toEqual({ cleared: 0 });
    expect(await recorded()).toContainEqual({
      ...{ kind: 'cache.cleared', targets: ['tag:account', 'agent:support'], entries: 0 },
      principal: expect.any(String),
    });
  });

  it.each([
    ['nothing', {}],
    ['no tag', { tags: [] }],
    ['another field', { tags: ['a'], tenant: 'globex' }],
  ])('are not cleared by %s', async (_, body) => {
    expect(await refusalOf(await api.send(admin, 'POST', '/v1/cache/invalidations', body))).toEqual([
      400,
      'invalid_request',
    ]);
  });
});
