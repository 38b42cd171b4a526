import { BulkheadError } from '../../contract/errors.ts';
import type { ReviewKind, ReviewStatus } from '../../contract/review.ts';

/** The facts of a review, as lists show them. Times in milliseconds since the epoch. */
export type Review = {
  id: string;
  run: string;
  kind: ReviewKind;
  /** `expired` as soon as its time is over, even before its run has noticed. */
  status: ReviewStatus;
  agent: string;
  tool?: string;
  decision?: string;
  decidedBy?: string;
  createdAt: number;
  expiresAt: number;
  decidedAt?: number;
};

/** A row in the columns of {@link REVIEW_COLUMNS}. */
export type ReviewRow = {
  id: string;
  run: string;
  kind: ReviewKind;
  status: ReviewStatus;
  agent: string;
  tool: string | null;
  decision: string | null;
  decided_by: string | null;
  created_at: Date;
  expires_at: Date;
  decided_at: Date | null;
};

export const STATUS = `CASE WHEN status = 'pending' AND expires_at <= now() THEN 'expired' ELSE status END`;
export const REVIEW_COLUMNS = `id, run, kind, ${STATUS} AS status, agent, tool, decision, decided_by, created_at,
  expires_at, decided_at`;

export function toReview(row: ReviewRow): Review {
  return {
    id: row.id,
    run: row.run,
    kind: row.kind,
    status: row.status,
    agent: row.agent,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    ...(row.tool === null ? {} : { tool: row.tool }),
    ...(row.decision === null ? {} : { decision: row.decision }),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at.getTime() }),
  };
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** @throws BulkheadError `unknown_review` for what can be no review's id */
export function checkReviewId(id: string): void {
  if (!UUID.test(id)) throw unknownReview(id);
}

export function unknownReview(id: string): BulkheadError {
  return new BulkheadError({
    code: 'unknown_review',
    message: `There is no review ${id}. List those that wait with GET /v1/reviews?status=pending.`,
    status: 404,
  });
}
