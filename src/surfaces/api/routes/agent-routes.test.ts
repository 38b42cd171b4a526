import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTenant } from '../../../foundation/store/index.ts';
import { countSamples, Routes, SampleStore } from '../../../pillars/routing/index.ts';
import { readSamples } from '../../../pillars/routing/store/read-samples.ts';
import type { ShownRoute } from '../schemas/route.ts';
import { definition } from '../testing/manifests.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

const PAIR = 'openai/gpt-5-mini openai/gpt-5';
const ROUTED = definition({
  name: 'routed',
  model: { small: 'openai/gpt-5-mini', large: 'openai/gpt-5' },
  routing: { quality: 0.9 },
});
const PLAIN = definition({ name: 'plain', model: 'local' });

let api: TestApi;
let developer: string;
let stranger: string;
let samples: SampleStore;
beforeAll(async () => {
  api = await openTestApi({ models: { check: () => {}, defaultModel: 'local' } });
  developer = await api.keyFor('acme', 'developer');
  stranger = await api.keyFor('globex', 'developer');
  const manifest = { format: 1 as const, definitions: [ROUTED, PLAIN] };
  await deploySupport(api, developer, manifest);
  await deploySupport(api, stranger, manifest);
  samples = new SampleStore(api.worker.store.pool);
});
afterAll(() => api?.drop());

/** Calls of which every second is beyond the smaller tier; the words at place 7 give it away. */
async function keep(count: number): Promise<void> {
  const { rows } = await api.owner.query<{ stream: string }>(
    `INSERT INTO data_key (stream, tenant, wrapped)
     SELECT unnest($1::uuid[]), 'acme', $2 RETURNING stream`,
    [Array.from({ length: count }, () => uuidv7()), randomBytes(60)],
  );
  for (const [index, { stream }] of rows.entries()) {
    const hard = index % 2 === 0;
    const features = { words: [hard ? 7 : 8, 100 + (index % 50)], numbers: [1, 1, 0, 1, 0, 0, 0, 0] };
    const told = { small: !hard, large: true, smallUsd: 0.001, largeUsd: 0.02, used: 'small' as const };
    samples.add({
      tenant: 'acme',
      run: stream,
      key: 'model#1',
      agent: 'routed',
      pair: PAIR,
      features,
      ...told,
    });
  }
  await samples.settled();
}

const show = (key = developer, agent = 'routed') => api.send(key, 'GET', `/v1/routes/${agent}`);
const train = (body: object = {}, key = developer) => api.send(key, 'POST', '/v1/routes/routed/train', body);

describe('what is learned of an agent', () => {
  it('is nothing at first, and says why it does not decide', async () => {
    expect(await bodyOf<ShownRoute>(await show())).toEqual({
      ...{
        agent: 'routed',
        small: 'openai/gpt-5-mini',
        large: 'openai/gpt-5',
        taken: 0,
        judged: 0,
        good: 0,
        trained: null,
      },
    });
    expect((await bodyOf<ShownRoute>(await train())).trained).toMatchObject({
      ...{
        version: 1,
        active: false,
        reason: 'too_few_samples',
        quality: 0.9,
        curve: [],
        trainedBy: expect.any(String),
      },
    });
  });

  it('decides once there is enough that tells, for its own tenant alone', async () => {
    await keep(600);
    expect(await bodyOf(await show())).toMatchObject({ taken: 600, judged: 600, good: 300 });
    const { trained } = await bodyOf<ShownRoute>(await train({ quality: 0.95 }));
    expect(trained).toMatchObject({ version: 2, active: true, reason: null, quality: 0.95, samples: 600 });
    expect(trained?.auc).toBeGreaterThan(0.95);
    const point = trained?.curve.find(({ threshold }) => threshold === trained.threshold);
    // Half of the requests are hard; which of them are held out is chance, here and there 60 %.
    expect(point?.costShare).toBeLessThan(0.7);
    expect(point?.qualityAtLeast).toBeGreaterThanOrEqual(0.95);

    const routes = new Routes({ pool: api.worker.store.pool });
    expect(routes.find('acme', 'routed')).toBeUndefined();
    await routes.refresh();
    expect(routes.find('acme', 'routed')).toMatchObject({
      version: 2,
      pair: PAIR,
      threshold: trained?.threshold,
    });
    expect(routes.find('globex', 'routed')).toBeUndefined();
    expect(await bodyOf(await show(stranger))).toMatchObject({ taken: 0, trained: null });
  });

  it('takes what people say of a run for more than its checks', async () => {
    const answer = await api.send(developer, 'POST', '/v1/runs', { agent: 'plain', input: 'hi' });
    const { id } = await bodyOf<{ id: string }>(answer);
    const features = { words: [1], numbers: [] };
    const told = { small: true, large: null, smallUsd: null, largeUsd: null, used: 'small' as const };
    samples.add({ tenant: 'acme', run: id, key: 'model#1', agent: 'plain', pair: 'a b', features, ...told });
    await samples.settled();
    await api.owner.query("UPDATE run SET outcome = 'wrong' WHERE id = $1", [id]);
    const read = await inTenant(api.parts.store, 'acme', (client) => readSamples(client, 'plain', 'a b'));
    expect(read).toEqual([{ run: id, features, ...told, outcome: 'wrong' }]);
    const counts = await inTenant(api.parts.store, 'acme', (client) => countSamples(client, 'plain', 'a b'));
    expect(counts).toEqual({ taken: 1, judged: 1, good: 0 });
  });

  it('takes back what its checks said of an answer that then turned out not to do, of the tier that was used', async () => {
    const { rows } = await api.owner.query<{ stream: string }>(
      "SELECT stream FROM data_key WHERE tenant = 'acme' LIMIT 2",
    );
    const features = { words: [1], numbers: [] };
    const told = { small: true, large: true, smallUsd: null, largeUsd: null, agent: 'refuted', pair: 'a b' };
    const [one, other] = rows.map(({ stream }) => ({ run: stream, key: 'model#9' }));
    if (one === undefined || other === undefined) throw new Error('There are no runs.');
    samples.add({ tenant: 'acme', ...one, ...told, features, used: 'small' });
    samples.refute(one);
    samples.add({ tenant: 'acme', ...other, ...told, features, used: 'large' });
    samples.refute(other);
    samples.refute({ ...other, key: 'model#10' });
    await samples.settled();
    const read = await inTenant(api.parts.store, 'acme', (client) => readSamples(client, 'refuted', 'a b'));
    expect(read.map(({ used, small, large }) => [used, small, large]).sort()).toEqual([
      ['large', true, false],
      ['small', false, true],
    ]);
  });

  it('keeps no more than it may of an agent: the oldest go', async () => {
    const bounded = new SampleStore(api.worker.store.pool, { bound: 2, trimEvery: 1 });
    const { rows } = await api.owner.query<{ stream: string }>(
      "SELECT stream FROM data_key WHERE tenant = 'acme' LIMIT 5",
    );
    const features = { words: [1], numbers: [] };
    const told = { small: true, large: null, smallUsd: null, largeUsd: null, used: 'small' as const };
    for (const { stream: run } of rows) {
      bounded.add({ tenant: 'acme', run, key: 'model#2', agent: 'bounded', pair: 'a b', features, ...told });
      await bounded.settled();
    }
    const kept = await inTenant(api.parts.store, 'acme', (client) => readSamples(client, 'bounded', 'a b'));
    expect(kept.map(({ run }) => run)).toEqual([rows[4]?.stream, rows[3]?.stream]);
  });

  it('goes with the runs that it was learned from, and what they taught is then not learned anew', async () => {
    await api.owner.query(
      "DELETE FROM data_key d USING routing_sample s WHERE s.run = d.stream AND s.agent = 'routed'",
    );
    expect(await bodyOf(await show())).toMatchObject({ taken: 0 });
    expect((await bodyOf<ShownRoute>(await train())).trained).toMatchObject({ version: 3, active: false });
    const routes = new Routes({ pool: api.worker.store.pool });
    await routes.refresh();
    expect(routes.find('acme', 'routed')).toBeUndefined();
  });

  it('is refused for definitions that do not route, and for a quality that is none', async () => {
    expect(await refusalOf(await show(developer, 'plain'))).toEqual([409, 'not_routed']);
    expect(await refusalOf(await show(developer, 'nobody'))).toEqual([404, 'unknown_agent']);
    expect((await train({ quality: 2 })).status).toBe(400);
  });
});
