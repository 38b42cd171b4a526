import type { ClientBase } from 'pg';
import type { Json } from '../../contract/json.ts';
import { openContent } from './review-content.ts';
import type { DataKeyOf } from './review-desk.ts';
import {
  checkReviewId,
  REVIEW_COLUMNS,
  type Review,
  type ReviewRow,
  toReview,
  unknownReview,
} from './review-row.ts';

/** A review with what the reviewer needs to decide. */
export type ReviewDetail = Review & { content: Json };

/**
 * @param request.transaction of the tenant (row-level security)
 * @throws BulkheadError `unknown_review`; `key_destroyed` when its subject was erased
 */
export async function getReview({
  transaction,
  tenant,
  id,
  dataKey,
}: {
  transaction: ClientBase;
  tenant: string;
  id: string;
  dataKey: DataKeyOf;
}): Promise<ReviewDetail> {
  checkReviewId(id);
  const { rows } = await transaction.query<ReviewRow & { content: Buffer }>(
    `SELECT ${REVIEW_COLUMNS}, content FROM review WHERE id = $1 AND tenant = $2`,
    [id, tenant],
  );
  const row = rows[0];
  if (row === undefined) throw unknownReview(id);
  const key = await dataKey(tenant, row.run);
  return { ...toReview(row), content: openContent(key, { id: row.id, tenant, content: row.content }) };
}
