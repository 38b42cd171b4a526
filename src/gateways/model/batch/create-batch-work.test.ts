import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modelResponse } from '../../../../test/fakes/calls.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import { openTestQueue, TENANT, type TestQueue } from '../../../foundation/queue/testing/open-test-queue.ts';
import { createTenant } from '../../../foundation/vault/index.ts';
import type { BatchRequests, NewBatchRequest } from './batch-requests.ts';
import type { BatchSize, BatchWork, HeldBatch } from './batch-work.ts';
import { numberCalls } from './collect-batch.ts';
import { createBatchRequests } from './create-batch-requests.ts';
import { createBatchWork } from './create-batch-work.ts';

const MODEL = 'openai/gpt-5-mini';
const AT_ONCE: BatchSize = { requests: 500, after: 0 };
const LATER: BatchSize = { requests: 500, after: 60_000 };
const REQUEST: ModelRequest = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'The customer lives in Bern.' }] }],
};

let queue: TestQueue;
let requests: BatchRequests;
let work: BatchWork;
const rung: string[] = [];
beforeAll(async () => {
  queue = await openTestQueue();
  const dataKey = (tenant: string, run: string) => queue.keys.dataKey(tenant, run);
  requests = createBatchRequests({ pool: queue.pool, dataKey });
  work = createBatchWork({ pool: queue.pool, dataKey, ring: (run) => void rung.push(run) });
});
afterAll(() => queue?.drop());
afterEach(async () => {
  await queue.owner.query('DELETE FROM model_batch_request; DELETE FROM model_batch');
});

/** A run that waits for what it has asked. */
async function ask(more: Partial<NewBatchRequest> = {}) {
  const run = more.run ?? (await queue.create());
  await queue.set(run, { status: 'waiting' });
  const id = randomUUID();
  await requests.file({ id, run, tenant: TENANT, key: 'main/1', model: MODEL, request: REQUEST, ...more });
  return { id, run };
}
const holdOne = async (lease = 60_000) => (await work.hold(lease, 10))[0] as HeldBatch;
const read = ({ run, id }: { run: string; id: string }) => requests.read({ id: run, tenant: TENANT }, id);

describe('requests for batches', () => {
  it('become a batch of one model when there are enough, or when the first has waited long enough', async () => {
    const { id } = await ask();
    await ask({ model: 'openai/gpt-5' });
    expect(await work.collect('openai', LATER)).toBe(false);
    expect(await work.collect('anthropic', AT_ONCE)).toBe(false);
    await queue.owner.query(
      `UPDATE model_batch_request SET filed_at = now() - interval '61 s' WHERE id = $1`,
      [id],
    );
    expect(await work.collect('openai', LATER)).toBe(true);
    expect(await work.collect('openai', LATER)).toBe(false);
    const batch = await holdOne();
    expect(batch).toMatchObject({
      provider: 'openai',
      model: MODEL,
      providerId: null,
      calls: 1,
      attempts: 1,
    });
    expect(await work.requestsOf(batch)).toMatchObject([{ id, key: 'main/1', number: 0, request: REQUEST }]);
    expect(await work.collect('openai', { requests: 1, after: 60_000 })).toBe(true);
  });

  it('of several tenants never share a batch', async () => {
    await createTenant(queue.owner, queue.keys, { id: 'globex', name: 'Globex' });
    const run = await queue.create({ tenant: 'globex' });
    const asked = [await ask(), await ask({ run, tenant: 'globex' }), await ask()];
    while (await work.collect('openai', AT_ONCE));
    const batches = await work.hold(60_000, 10);
    const found = await Promise.all(batches.map((batch) => work.requestsOf(batch)));
    expect(found.map((requests) => new Set(requests.map(({ tenant }) => tenant)).size)).toEqual([1, 1]);
    expect(new Set(found.flat().map(({ id }) => id))).toEqual(new Set(asked.map(({ id }) => id)));
  });

  it('that are long come into several batches, which can be held in memory and handed over', async () => {
    const text = 'x'.repeat(400);
    const request: ModelRequest = { prompt: [{ role: 'user', content: [{ type: 'text', text }] }] };
    for (let count = 0; count < 4; count += 1) await ask({ request });
    await ask({ request: { prompt: [{ role: 'user', content: [{ type: 'text', text: text.repeat(9) }] }] } });
    while (await work.collect('openai', { ...AT_ONCE, bytes: 1_500 }));
    const batches = await work.hold(60_000, 10);
    expect(batches.map(({ calls }) => calls).sort()).toEqual([1, 1, 3]);
  });

  it('that cannot be opened are given up, and stop none of the others', async () => {
    const [spoiled, sound] = [await ask(), await ask()];
    await work.collect('openai', AT_ONCE);
    await queue.owner.query(`UPDATE model_batch_request SET request = 'spoiled' WHERE id = $1`, [spoiled.id]);
    expect((await work.requestsOf(await holdOne())).map(({ id }) => id)).toEqual([sound.id]);
    expect(await read(spoiled)).toMatchObject({
      state: 'answered',
      outcome: { error: { code: 'batch_given_up' } },
    });
    expect(await queue.row(spoiled.run)).toMatchObject({ status: 'queued' });
  });

  it('are waited for until their runs are answered or cancelled', async () => {
    const [one, other] = [await ask(), await ask()];
    await work.collect('openai', AT_ONCE);
    const batch = await holdOne();
    await requests.withdraw(one.id);
    expect(await work.isWaitedFor(batch)).toBe(true);
    await queue.set(other.run, { ready_lane: -1 });
    expect(await work.isWaitedFor(batch)).toBe(false);
  });

  it('are sealed, and go with the key of their run', async () => {
    const { id, run } = await ask();
    const { rows } = await queue.owner.query('SELECT * FROM model_batch_request WHERE id = $1', [id]);
    expect(JSON.stringify({ ...rows[0], request: rows[0].request.toString('latin1') })).not.toContain('Bern');
    await queue.owner.query('DELETE FROM data_key WHERE stream = $1', [run]);
    expect(await read({ run, id })).toBeUndefined();
  });

  it('are there once, however often they are filed', async () => {
    const asked = await ask();
    await requests.file({ ...asked, tenant: TENANT, key: 'main/1', model: MODEL, request: REQUEST });
    await work.collect('openai', AT_ONCE);
    expect(await work.requestsOf(await holdOne())).toHaveLength(1);
  });

  it('of a run that is cancelled are taken out before, and not answered after', async () => {
    const [early, late] = [await ask(), await ask()];
    await queue.set(early.run, { ready_lane: -1 });
    await work.collect('openai', AT_ONCE);
    const batch = await holdOne();
    expect((await work.requestsOf(batch)).map(({ id }) => id)).toEqual([late.id]);
    await queue.set(late.run, { status: 'cancelled' });
    expect(await work.requestsOf(batch)).toEqual([]);
  });

  it('wake their run with the answer, which is taken once', async () => {
    const asked = await ask();
    await work.collect('openai', AT_ONCE);
    const [request] = await work.requestsOf(await holdOne());
    if (request === undefined) throw new Error('It is not in the batch.');
    expect(await read(asked)).toEqual({ state: 'submitted' });
    await work.answer([{ request, outcome: { response: modelResponse() } }]);
    await work.answer([{ request, outcome: { error: { code: 'late', message: 'Too late.' } } }]);
    expect(await read(asked)).toEqual({ state: 'answered', outcome: { response: modelResponse() } });
    expect(await queue.row(asked.run)).toMatchObject({ status: 'queued', inbox: 1 });
    const { rows } = await queue.owner.query('SELECT kind, meta FROM inbox WHERE run = $1', [asked.run]);
    expect(rows).toEqual([{ kind: 'batch', meta: { key: 'main/1', request: asked.id } }]);
    expect(rung).toContain(asked.run);
  });

  it('that share a call are answered together or not at all', async () => {
    const pack = { scope: 'a', size: 8 };
    const [one, other] = [await ask({ pack }), await ask({ pack })];
    await work.collect('openai', AT_ONCE);
    const both = await work.requestsOf(await holdOne());
    expect(both).toMatchObject([
      { number: 0, place: 1 },
      { number: 0, place: 2 },
    ]);
    const outcome = { response: modelResponse() };
    const answers = both.map((request) => ({ request, outcome }));
    await queue.owner.query(`ALTER TABLE inbox ADD CONSTRAINT spoiled CHECK (run <> '${other.run}')`);
    await expect(work.answer(answers)).rejects.toThrow(/spoiled/);
    expect([await read(one), await read(other)]).toEqual(Array(2).fill({ state: 'submitted' }));
    await queue.owner.query('ALTER TABLE inbox DROP CONSTRAINT spoiled');
    await work.answer(answers);
    expect([await read(one), await read(other)]).toEqual(Array(2).fill({ state: 'answered', outcome }));
  });

  it('that are called off are not answered, and say whether they had left', async () => {
    const [early, late] = [await ask(), await ask({ model: 'openai/gpt-5' })];
    expect(await requests.withdraw(early.id)).toBe(false);
    await work.collect('openai', AT_ONCE);
    const [request] = await work.requestsOf(await holdOne());
    expect(request?.id).toBe(late.id);
    expect(await requests.withdraw(late.id)).toBe(true);
    if (request !== undefined) await work.answer([{ request, outcome: { response: modelResponse() } }]);
    expect(await read(late)).toEqual({ state: 'withdrawn' });
    expect(await queue.row(late.run)).toMatchObject({ status: 'waiting', inbox: 0 });
  });
});

describe('batches', () => {
  it('are held by one at a time, until its lease passes', async () => {
    await ask();
    await work.collect('openai', AT_ONCE);
    const first = await holdOne();
    expect(await work.hold(60_000, 10)).toEqual([]);
    await queue.owner.query('UPDATE model_batch SET next_at = now()');
    const second = await holdOne();
    expect(second).toMatchObject({ id: first.id, attempts: 2 });
    // Who lost it no longer says when it is looked at again.
    await work.later(first, 0);
    expect(await work.hold(60_000, 10)).toEqual([]);
  });

  it('say when they were last set out to be handed over, and with how many calls', async () => {
    await ask();
    await ask();
    await work.collect('openai', AT_ONCE);
    const batch = await holdOne();
    expect(batch).toMatchObject({ calls: 2, handedOverAt: null });
    await work.handingOver(batch, 1);
    await queue.owner.query('UPDATE model_batch SET next_at = now()');
    const later = await holdOne();
    expect(later).toMatchObject({ calls: 1, providerId: null });
    expect(Math.abs(Number(later.handedOverAt) - Date.now())).toBeLessThan(60_000);
    // Who lost it may not set out any more.
    await expect(work.handingOver(batch, 2)).rejects.toMatchObject({ code: 'batch_lost' });
  });

  it('are known by the provider’s id once they are handed over, and not held once they have ended', async () => {
    await ask();
    await work.collect('openai', AT_ONCE);
    const batch = await holdOne();
    await work.submitted(batch, 'batch_1', 0);
    const submitted = await holdOne();
    expect(submitted.providerId).toBe('batch_1');
    expect(await work.othersThan(submitted)).toEqual(new Set());
    expect(await work.othersThan({ ...submitted, id: randomUUID() })).toEqual(new Set(['batch_1']));
    await work.end(submitted);
    await queue.owner.query('UPDATE model_batch SET next_at = now()');
    expect(await work.hold(60_000, 10)).toEqual([]);
  });
});

it('requests of one scope share a call, so many at most, and never with another tenant', () => {
  const alone = { tenant: 'acme', pack: null, pack_size: null };
  const shared = { tenant: 'acme', pack: 'a', pack_size: 2 };
  expect(numberCalls([shared, alone, shared, shared, { ...shared, tenant: 'globex' }])).toEqual([
    { number: 0, place: 1 },
    { number: 1, place: null },
    { number: 0, place: 2 },
    { number: 2, place: null },
    { number: 3, place: null },
  ]);
});
