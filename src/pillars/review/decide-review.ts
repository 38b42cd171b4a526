import type { PoolClient } from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import { DECISIONS, type ReviewKind } from '../../contract/review.ts';
import { fileMessage, inboxContext, openInbox } from '../../foundation/queue/index.ts';
import type { DataKeyOf } from './review-desk.ts';
import { checkReviewId, type ReviewRow, STATUS, unknownReview } from './review-row.ts';

export type ReviewDecision = {
  /** Of the tenant (row-level security); the caller commits it, or rolls it back when this throws. */
  transaction: PoolClient;
  tenant: string;
  id: string;
  /** One of {@link DECISIONS} for the review's kind. */
  decision: string;
  /** For the run and for the record. */
  note?: string;
  /** The result to record, or the answer to give: for `record` and `answered`. */
  output?: Json;
  /** Who decides: an API key's id. */
  principal: string;
  dataKey: DataKeyOf;
};

type PendingRow = Pick<ReviewRow, 'id' | 'run' | 'kind' | 'status' | 'agent' | 'tool'> & {
  step_key: string;
  binding: string;
};

/**
 * Decides a review, once, and files the decision in its run's inbox, which wakes the run.
 *
 * @throws BulkheadError `unknown_review`, `invalid_decision`, `missing_output`, `review_already_decided`,
 * `review_expired`, `review_withdrawn`
 */
export async function decideReview(
  request: ReviewDecision,
): Promise<{ run: string; kind: ReviewKind; agent: string; tool?: string }> {
  const { transaction, tenant, id, decision, principal, note, output } = request;
  checkReviewId(id);
  const { rows } = await transaction.query<PendingRow>(
    `SELECT id, run, kind, ${STATUS} AS status, agent, tool, step_key, binding
     FROM review WHERE id = $1 AND tenant = $2 FOR UPDATE`,
    [id, tenant],
  );
  const review = rows[0];
  if (review === undefined) throw unknownReview(id);
  checkPending(review);
  checkDecision(review, decision, output);
  await transaction.query(
    `UPDATE review SET status = 'decided', decision = $2, decided_by = $3, decided_at = now() WHERE id = $1`,
    [id, decision, principal],
  );
  const inbox = await openInbox(transaction, review.run);
  if (inbox.status !== 'filed') throw withdrawn(id);
  const key = await request.dataKey(tenant, review.run);
  const body = { ...(note === undefined ? {} : { note }), ...(output === undefined ? {} : { output }) };
  await fileMessage(transaction, tenant, {
    run: review.run,
    number: inbox.number,
    kind: 'decision',
    meta: {
      review: id,
      key: review.step_key,
      decision,
      reviewKind: review.kind,
      binding: review.binding,
      principal,
    },
    body: key.seal(Buffer.from(JSON.stringify(body)), inboxContext(tenant, review.run, inbox.number)),
  });
  const { run, kind, agent, tool } = review;
  return { run, kind, agent, ...(tool === null ? {} : { tool }) };
}

function checkPending({ id, status }: PendingRow): void {
  switch (status) {
    case 'pending':
      return;
    case 'decided':
      throw new BulkheadError({
        code: 'review_already_decided',
        message: `Review ${id} has been decided already. A decision holds; read it with GET /v1/reviews/${id}.`,
        status: 409,
      });
    case 'expired':
      throw new BulkheadError({
        code: 'review_expired',
        message: `The time to decide review ${id} is over, and its run has gone on without an answer.`,
        status: 409,
      });
    case 'withdrawn':
      throw withdrawn(id);
  }
}

function checkDecision({ id, kind }: PendingRow, decision: string, output: Json | undefined): void {
  const allowed: readonly string[] = DECISIONS[kind];
  if (!allowed.includes(decision)) {
    throw new BulkheadError({
      code: 'invalid_decision',
      message: `A review of kind '${kind}' does not take the decision '${decision}'. Decide one of: ${allowed.join(', ')}.`,
      status: 422,
      details: { kind, allowed },
    });
  }
  // An empty answer is a slip, such as a shell's variable that is not set; the run would end with it.
  const isBlank = decision === 'answered' && typeof output === 'string' && output.trim() === '';
  if (isBlank || ((decision === 'record' || decision === 'answered') && output === undefined)) {
    throw new BulkheadError({
      code: 'missing_output',
      message: `The decision '${decision}' on review ${id} needs an output: what the run goes on with. Give null for nothing.`,
      status: 422,
      details: { field: 'output' },
    });
  }
}

function withdrawn(id: string): BulkheadError {
  return new BulkheadError({
    code: 'review_withdrawn',
    message: `Review ${id} waits no more: its run has ended.`,
    status: 409,
  });
}
