import type { ClientBase } from 'pg';
import type { ReviewKind, ReviewStatus } from '../../contract/review.ts';
import {
  checkReviewId,
  REVIEW_COLUMNS,
  type Review,
  type ReviewRow,
  STATUS,
  toReview,
} from './review-row.ts';

export type ReviewFilter = {
  status?: ReviewStatus;
  kind?: ReviewKind;
  agent?: string;
  run?: string;
  /** The last review of the page before. */
  after?: string;
  /** Default 50. */
  limit?: number;
};

/**
 * A tenant's reviews: those that wait with the oldest first, as they should be answered; any other list with
 * the newest first.
 *
 * @param transaction of the tenant (row-level security)
 * @throws BulkheadError `unknown_review` when `after` is no review's id
 */
export async function listReviews(
  transaction: ClientBase,
  tenant: string,
  { status, kind, agent, run, after, limit = 50 }: ReviewFilter = {},
): Promise<Review[]> {
  if (after !== undefined) checkReviewId(after);
  const [order, comparison] = status === 'pending' ? ['ASC', '>'] : ['DESC', '<'];
  const { rows } = await transaction.query<ReviewRow>(
    `SELECT ${REVIEW_COLUMNS} FROM review
     WHERE tenant = $1 AND ($2::text IS NULL OR ${STATUS} = $2) AND ($3::text IS NULL OR kind = $3)
       AND ($4::text IS NULL OR agent = $4) AND ($5::text IS NULL OR run::text = $5)
       AND ($6::uuid IS NULL OR (created_at, id) ${comparison} (SELECT created_at, id FROM review WHERE id = $6))
     ORDER BY created_at ${order}, id ${order} LIMIT $7`,
    [tenant, status ?? null, kind ?? null, agent ?? null, run ?? null, after ?? null, limit],
  );
  return rows.map(toReview);
}
