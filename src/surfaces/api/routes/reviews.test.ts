import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../contract/json.ts';
import type { ReviewKind } from '../../../contract/review.ts';
import { createNearDoorbell } from '../../../foundation/queue/index.ts';
import { createReviewDesk } from '../../../pillars/review/index.ts';
import type { Review } from '../schemas/review.ts';
import type { Run } from '../schemas/run.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { takeRun } from '../testing/play-worker.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let admin: string;
let reviewer: string;
let other: string;
const rung: (string | undefined)[] = [];
beforeAll(async () => {
  const doorbell = { ...createNearDoorbell(), ring: (run?: string) => void rung.push(run) };
  api = await openTestApi({ doorbell });
  admin = await api.keyFor('acme', 'admin');
  reviewer = await api.keyFor('acme', 'reviewer');
  other = await api.keyFor('globex', 'admin');
  await deploySupport(api, admin);
});
afterAll(() => api.drop());

/** A run that waits for a person. */
async function ask(
  kind: ReviewKind = 'approval',
  content: Json = { amount: 20 },
): Promise<{ id: string; run: string }> {
  const submitted = await api.send(admin, 'POST', '/v1/runs', { agent: 'support', input: 'refund me' });
  const { id: run } = await bodyOf<Run>(submitted);
  const played = await takeRun(api, run);
  const { store, keys } = api.worker;
  const desk = createReviewDesk({
    pool: store.pool,
    dataKey: (tenant, stream) => keys.dataKey(tenant, stream),
  });
  const id = crypto.randomUUID();
  await desk.open({
    id,
    tenant: 'acme',
    run,
    kind,
    agent: 'support',
    tool: 'refund',
    stepKey: 'refund#0',
    binding: 'b'.repeat(64),
    content,
    expiresAt: Date.now() + 3_600_000,
  });
  const waitingFor = [{ for: 'review' as const, key: 'refund#0', review: id }];
  await played.settle({ status: 'waiting', waitingFor }, { meta: { kind: 'run.waiting', for: waitingFor } });
  return { id, run };
}
const decide = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  api.send(reviewer, 'POST', `/v1/reviews/${id}/decision`, body, headers);

describe('the doorbell', () => {
  it('is rung for whoever may claim when a run is submitted, and for the run when something is filed for it', async () => {
    rung.length = 0;
    const { id, run } = await ask();
    expect(rung).toEqual([undefined]);
    await decide(id, { decision: 'approved' });
    expect(rung).toEqual([undefined, run]);
    await api.send(admin, 'POST', `/v1/runs/${run}/cancel`);
    expect(rung).toEqual([undefined, run, run]);
  });

  it('is not rung for what is refused', async () => {
    rung.length = 0;
    await api.send(admin, 'POST', '/v1/runs', { agent: 'suport', input: 'hi' });
    await decide(crypto.randomUUID(), { decision: 'approved' });
    await api.send(admin, 'POST', `/v1/runs/${crypto.randomUUID()}/cancel`);
    expect(rung).toEqual([]);
  });
});

describe('a review', () => {
  it('shows what the reviewer needs, and which decisions it takes', async () => {
    const { id, run } = await ask('approval', { amount: 20, order: 'A-1' });
    const response = await api.send(reviewer, 'GET', `/v1/reviews/${id}`);
    expect(await response.json()).toEqual({
      id,
      run,
      kind: 'approval',
      status: 'pending',
      agent: 'support',
      tool: 'refund',
      content: { amount: 20, order: 'A-1' },
      decisions: ['approved', 'denied'],
      decision: null,
      decidedBy: null,
      createdAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
      decidedAt: null,
    });
  });

  it('of another tenant, or of none, is unknown', async () => {
    const { id } = await ask();
    expect(await refusalOf(await api.send(other, 'GET', `/v1/reviews/${id}`))).toEqual([
      404,
      'unknown_review',
    ]);
    expect(await refusalOf(await api.send(admin, 'GET', '/v1/reviews/x'))).toEqual([404, 'unknown_review']);
    const foreign = await api.send(other, 'POST', `/v1/reviews/${id}/decision`, { decision: 'approved' });
    expect(await refusalOf(foreign)).toEqual([404, 'unknown_review']);
  });
});

describe('a decision', () => {
  it('wakes the run, names who decided, and is recorded in the tenant’s stream', async () => {
    const { id, run } = await ask();
    const response = await decide(id, { decision: 'approved', note: 'looks right' });
    expect(response.status).toBe(200);
    const review = await bodyOf<Review>(response);
    expect(review).toMatchObject({
      id,
      status: 'decided',
      decision: 'approved',
      decidedAt: expect.any(String),
    });
    const { rows } = await api.owner.query('SELECT status, inbox FROM run WHERE id = $1', [run]);
    expect(rows).toEqual([{ status: 'queued', inbox: 1 }]);
    const { rows: frames } = await api.owner.query(
      "SELECT meta FROM frame WHERE class = 'permanent' AND tenant = 'acme' ORDER BY frame DESC LIMIT 1",
    );
    expect(JSON.parse(frames[0].meta)).toMatchObject([
      { kind: 'review.decision-filed', review: id, run, decision: 'approved', principal: review.decidedBy },
    ]);
  });

  it('holds: the second one is refused', async () => {
    const { id } = await ask();
    await decide(id, { decision: 'denied' });
    expect(await refusalOf(await decide(id, { decision: 'approved' }))).toEqual([
      409,
      'review_already_decided',
    ]);
  });

  it('that is sent again with its Idempotency-Key gets its answer again', async () => {
    const { id } = await ask();
    const key = { 'idempotency-key': `decide-${id}` };
    const first = await decide(id, { decision: 'approved', note: 'once' }, key);
    const second = await decide(id, { decision: 'approved', note: 'once' }, key);
    expect(second.status).toBe(200);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await second.json()).toEqual(await first.json());
  });

  it('of a person may carry an answer', async () => {
    const { id } = await ask('escalation', { question: 'what now?' });
    expect((await decide(id, { decision: 'answered', output: { text: 'Call them.' } })).status).toBe(200);
  });

  it('that fails leaves the review as it was', async () => {
    const { id } = await ask('unknown-outcome');
    expect((await decide(id, { decision: 'record' })).status).toBe(422);
    expect(await bodyOf(await api.send(admin, 'GET', `/v1/reviews/${id}`))).toMatchObject({
      status: 'pending',
    });
  });

  it.each<[string, unknown, number, string]>([
    ['of another kind', { decision: 'answered' }, 422, 'invalid_decision'],
    ['without a decision', { note: 'hm' }, 400, 'invalid_request'],
    ['with an unknown field', { decision: 'approved', why: 'x' }, 400, 'invalid_request'],
    [
      'with a note that is too long',
      { decision: 'approved', note: 'x'.repeat(10_001) },
      400,
      'invalid_request',
    ],
    [
      'with an output that nests too deep',
      `{"decision":"approved","output":${'['.repeat(9_999)}${']'.repeat(9_999)}}`,
      400,
      'invalid_request',
    ],
  ])('%s is refused', async (_, body, status, code) => {
    const { id } = await ask();
    expect(await refusalOf(await decide(id, body))).toEqual([status, code]);
  });
});

describe('the list of reviews', () => {
  type Page = { reviews: Review[]; nextCursor: string | null };
  const list = async (query: string, as = reviewer) =>
    bodyOf<Page>(await api.send(as, 'GET', `/v1/reviews${query}`));

  it('can be narrowed, and comes with contents', async () => {
    const one = await ask('approval', { amount: 1 });
    const two = await ask('escalation', { question: '?' });
    expect((await list(`?run=${one.run}`)).reviews).toMatchObject([{ id: one.id, content: { amount: 1 } }]);
    expect((await list(`?run=${two.run}&kind=approval`)).reviews).toEqual([]);
    await decide(one.id, { decision: 'approved' });
    expect((await list(`?run=${one.run}&status=pending`)).reviews).toEqual([]);
    expect((await list(`?run=${one.run}&status=decided`)).reviews).toMatchObject([{ id: one.id }]);
  });

  it('has those that wait with the oldest first, in pages', async () => {
    for (let index = 0; index < 3; index += 1) await ask();
    const all = (await list('?status=pending&limit=100')).reviews.map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`?status=pending&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.reviews.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all);
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });

  it('keeps the facts of a review whose content was erased', async () => {
    const { id, run } = await ask();
    await api.owner.query('DELETE FROM data_key WHERE stream = $1', [run]);
    expect((await list(`?run=${run}`)).reviews).toMatchObject([{ id, content: null }]);
  });

  it('is empty for another tenant', async () => {
    expect(await list('', other)).toEqual({ reviews: [], nextCursor: null });
  });

  it.each(['?status=open', '?kind=x', '?cursor=x', '?limit=0', '?foo=1'])(
    'is refused for %s',
    async (query) => {
      expect(await refusalOf(await api.send(reviewer, 'GET', `/v1/reviews${query}`))).toEqual([
        400,
        'invalid_request',
      ]);
    },
  );
});
