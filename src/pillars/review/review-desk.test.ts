import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../test/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import type { Json } from '../../contract/json.ts';
import type { ReviewKind } from '../../contract/review.ts';
import { inboxContext } from '../../foundation/queue/index.ts';
import { inTenant, openStore, type Store } from '../../foundation/store/index.ts';
import { type DataKey, dataKeyFrom } from '../../foundation/vault/index.ts';
import { decideReview } from './decide-review.ts';
import { getReview } from './get-review.ts';
import { listReviews, type ReviewFilter } from './list-reviews.ts';
import { createReviewDesk, type OpenReview, type ReviewDesk } from './review-desk.ts';

const DAY = 86_400_000;
let database: TestDatabase;
let worker: Store;
let api: Store;
let desk: ReviewDesk;

const keys = new Map<string, DataKey>();
const dataKey = async (tenant: string, stream: string): Promise<DataKey> => {
  const name = `${tenant}/${stream}`;
  const key = keys.get(name) ?? dataKeyFrom(randomBytes(32));
  keys.set(name, key);
  return key;
};

beforeAll(async () => {
  database = await createTestDatabase();
  worker = openStore({ url: database.url, role: 'bulkhead_worker' });
  api = openStore({ url: database.url, role: 'bulkhead_api' });
  desk = createReviewDesk({ pool: worker.pool, dataKey });
  await seedTenants();
});

afterAll(async () => {
  await Promise.all([worker?.close(), api?.close()]);
  await database?.drop();
});

/** As the owner of the database: the application's roles make no tenants. */
async function seedTenants(): Promise<void> {
  await withConnection(database.url, async (client) => {
    for (const tenant of ['acme', 'globex']) {
      await client.query(
        'INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ($1, $1, gen_random_uuid(), $2)',
        [tenant, Buffer.from('x')],
      );
    }
  });
}

async function makeRun(tenant = 'acme', status = 'waiting'): Promise<string> {
  const { rows } = await worker.pool.query<{ id: string }>(
    `INSERT INTO run (id, tenant, class, agent, kind, version, principal, budget, status, wake_at)
     VALUES (gen_random_uuid(), $1, 'standard', 'support', 'agent', 'v', 'key_1', '{}', $2, now()) RETURNING id`,
    [tenant, status],
  );
  return rows[0]?.id ?? '';
}

const runRow = async (run: string) =>
  (await worker.pool.query('SELECT status, inbox, wake_at FROM run WHERE id = $1', [run])).rows[0];

async function openReview(overrides: Partial<OpenReview> = {}): Promise<OpenReview> {
  const review: OpenReview = {
    id: crypto.randomUUID(),
    tenant: 'acme',
    run: overrides.run ?? (await makeRun(overrides.tenant)),
    kind: 'approval',
    agent: 'support',
    tool: 'refund',
    stepKey: 'main/tool:refund/1',
    binding: 'ab'.repeat(32),
    content: { input: { order: 'AC-1042' } },
    expiresAt: Date.now() + DAY,
    ...overrides,
  };
  await desk.open(review);
  return review;
}

type Decision = { decision?: string; note?: string; output?: Json; tenant?: string };
const decide = (id: string, { decision = 'approved', tenant = 'acme', ...rest }: Decision = {}) =>
  inTenant(api, tenant, (transaction) =>
    decideReview({ transaction, tenant, id, decision, principal: 'key_ada', dataKey, ...rest }),
  );
const read = (id: string, tenant = 'acme') =>
  inTenant(api, tenant, (transaction) => getReview({ transaction, tenant, id, dataKey }));
const list = (filter: ReviewFilter, tenant = 'acme') =>
  inTenant(api, tenant, (transaction) => listReviews(transaction, tenant, filter));
const inboxOf = async (run: string) =>
  (
    await worker.pool.query('SELECT number, kind, meta, body FROM inbox WHERE run = $1 ORDER BY number', [
      run,
    ])
  ).rows;

describe('a review', () => {
  it('is opened once, sealed, and read by its tenant', async () => {
    const review = await openReview();
    await desk.open({ ...review, content: 'something else' });
    expect(await read(review.id)).toMatchObject({
      id: review.id,
      run: review.run,
      kind: 'approval',
      status: 'pending',
      agent: 'support',
      tool: 'refund',
      expiresAt: review.expiresAt,
      content: { input: { order: 'AC-1042' } },
    });
    const { rows } = await worker.pool.query('SELECT content FROM review WHERE id = $1', [review.id]);
    expect(String(rows[0].content)).not.toContain('AC-1042');
  });

  it('is unknown to another tenant', async () => {
    const review = await openReview();
    await expect(read(review.id, 'globex')).rejects.toMatchObject({ code: 'unknown_review', status: 404 });
    await expect(decide(review.id, { tenant: 'globex' })).rejects.toMatchObject({ code: 'unknown_review' });
  });

  it.each(['not-a-uuid', '00000000-0000-0000-0000-000000000000', "' OR true --"])(
    '%s is unknown',
    async (id) => {
      await expect(read(id)).rejects.toMatchObject({ code: 'unknown_review' });
      await expect(decide(id)).rejects.toMatchObject({ code: 'unknown_review' });
    },
  );

  it('expires once, also for a desk that lost the answer', async () => {
    const review = await openReview();
    expect(await desk.expire(review.id)).toBe(true);
    expect(await desk.expire(review.id)).toBe(true);
    await expect(decide(review.id)).rejects.toMatchObject({ code: 'review_expired', status: 409 });
  });

  it('does not expire when somebody decided first', async () => {
    const review = await openReview();
    await decide(review.id);
    expect(await desk.expire(review.id)).toBe(false);
    expect(await desk.expire(crypto.randomUUID())).toBe(false);
  });

  it('is over at its time, even before its run has noticed', async () => {
    const review = await openReview({ expiresAt: Date.now() - 1_000 });
    await expect(decide(review.id)).rejects.toMatchObject({ code: 'review_expired' });
    expect(await read(review.id)).toMatchObject({ status: 'expired' });
  });

  it('is withdrawn when its run ends', async () => {
    const [pending, decided] = [await openReview(), await openReview()];
    await decide(decided.id);
    await desk.withdraw([pending.id, decided.id]);
    await expect(decide(pending.id)).rejects.toMatchObject({ code: 'review_withdrawn', status: 409 });
    expect(await read(decided.id)).toMatchObject({ status: 'decided' });
  });
});

describe('decideReview', () => {
  it('files the decision, sealed, and wakes the run', async () => {
    const review = await openReview();
    expect(await decide(review.id, { decision: 'denied', note: 'Refunded yesterday.' })).toEqual({
      run: review.run,
      kind: 'approval',
      agent: 'support',
      tool: 'refund',
    });
    expect(await runRow(review.run)).toEqual({ status: 'queued', inbox: 1, wake_at: null });
    const [message] = await inboxOf(review.run);
    expect(message).toMatchObject({
      number: 1,
      kind: 'decision',
      meta: {
        review: review.id,
        key: review.stepKey,
        decision: 'denied',
        reviewKind: 'approval',
        binding: review.binding,
        principal: 'key_ada',
      },
    });
    const key = await dataKey('acme', review.run);
    const body: unknown = JSON.parse(key.open(message.body, inboxContext('acme', review.run, 1)).toString());
    expect(body).toEqual({ note: 'Refunded yesterday.' });
    expect(await read(review.id)).toMatchObject({
      status: 'decided',
      decision: 'denied',
      decidedBy: 'key_ada',
    });
  });

  it('leaves a running run running, and numbers on', async () => {
    const run = await makeRun('acme', 'running');
    const [first, second] = [await openReview({ run }), await openReview({ run })];
    await decide(first.id);
    await decide(second.id, { decision: 'denied' });
    expect(await runRow(run)).toMatchObject({ status: 'running', inbox: 2 });
    expect((await inboxOf(run)).map(({ number, meta }) => [number, meta.decision])).toEqual([
      [1, 'approved'],
      [2, 'denied'],
    ]);
  });

  it('is taken once, of many who decide at the same time', async () => {
    const review = await openReview();
    const decisions = ['approved', 'denied', 'approved', 'denied'].map((decision) =>
      decide(review.id, { decision }),
    );
    const results = await Promise.allSettled(decisions);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'review_already_decided', status: 409 });
      }
    }
    expect(await inboxOf(review.run)).toHaveLength(1);
  });

  it.each([
    ['approval', 'retry', 'approved, denied'],
    ['unknown-outcome', 'approved', 'retry, record, fail'],
    ['escalation', 'approved', 'answered'],
    ['answer', 'expired', 'approved, denied'],
  ] as [ReviewKind, string, string][])(
    'refuses for a review of kind %s the decision %s',
    async (kind, decision, allowed) => {
      const review = await openReview({ kind });
      await expect(decide(review.id, { decision, output: 'x' })).rejects.toMatchObject({
        code: 'invalid_decision',
        status: 422,
        message: expect.stringContaining(allowed),
      });
      expect(await read(review.id)).toMatchObject({ status: 'pending' });
    },
  );

  it('asks for an output where the run goes on with it', async () => {
    const review = await openReview({ kind: 'unknown-outcome' });
    await expect(decide(review.id, { decision: 'record' })).rejects.toMatchObject({ code: 'missing_output' });
    await decide(review.id, { decision: 'record', output: null });
    expect(await read(review.id)).toMatchObject({ decision: 'record' });
  });

  it.each(['', ' \n'])(
    'takes %j for no answer: a decision holds, and nobody means that one',
    async (output) => {
      const review = await openReview({ kind: 'escalation' });
      await expect(decide(review.id, { decision: 'answered', output })).rejects.toMatchObject({
        code: 'missing_output',
      });
      await decide(review.id, { decision: 'answered', output: 'We open at 9.' });
      expect(await read(review.id)).toMatchObject({ decision: 'answered' });
    },
  );

  it('changes nothing when its run has ended', async () => {
    const review = await openReview({ run: await makeRun('acme', 'failed') });
    await expect(decide(review.id)).rejects.toMatchObject({ code: 'review_withdrawn' });
    expect(await inboxOf(review.run)).toEqual([]);
    const { rows } = await worker.pool.query('SELECT status FROM review WHERE id = $1', [review.id]);
    expect(rows[0].status).toBe('pending');
  });
});

describe('listReviews', () => {
  it('shows those that wait, the oldest first, page by page, and no other tenant’s', async () => {
    const agent = 'list-pending';
    const ids: string[] = [];
    for (let number = 0; number < 5; number += 1) ids.push((await openReview({ agent })).id);
    await openReview({ agent, expiresAt: Date.now() - 1 });
    await openReview({ agent, tenant: 'globex' });
    const first = await list({ status: 'pending', agent, limit: 3 });
    const rest = await list({ status: 'pending', agent, limit: 3, after: first.at(-1)?.id ?? '' });
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids);
  });

  it('shows any others with the newest first', async () => {
    const agent = 'list-all';
    const ids: string[] = [];
    for (let number = 0; number < 4; number += 1) ids.push((await openReview({ agent })).id);
    await decide(ids[1] ?? '');
    const first = await list({ agent, limit: 3 });
    const rest = await list({ agent, limit: 3, after: first.at(-1)?.id ?? '' });
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids.toReversed());
    expect((await list({ agent, status: 'decided' })).map(({ id }) => id)).toEqual([ids[1]]);
  });

  it('filters by kind and by run', async () => {
    const agent = 'list-filter';
    const escalation = await openReview({ agent, kind: 'escalation' });
    await openReview({ agent });
    expect((await list({ agent, kind: 'escalation' })).map(({ id }) => id)).toEqual([escalation.id]);
    expect((await list({ run: escalation.run })).map(({ id }) => id)).toEqual([escalation.id]);
    expect(await list({ run: 'no-such-run' })).toEqual([]);
  });

  it('refuses a page after nothing', async () => {
    await expect(list({ after: 'x' })).rejects.toMatchObject({ code: 'unknown_review' });
  });
});
