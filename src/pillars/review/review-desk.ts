import type pg from 'pg';
import type { Json } from '../../contract/json.ts';
import type { ReviewKind } from '../../contract/review.ts';
import type { DataKey } from '../../foundation/vault/index.ts';
import { sealContent } from './review-content.ts';

/** A question for a person. */
export type OpenReview = {
  /** UUID; opening the same one again changes nothing. */
  id: string;
  tenant: string;
  run: string;
  kind: ReviewKind;
  agent: string;
  tool?: string;
  /** The step that waits for the answer. */
  stepKey: string;
  /** Keyed hash of exactly what is decided about, hex. */
  binding: string;
  /** What the reviewer reads; kept sealed. */
  content: Json;
  /** Milliseconds since the epoch. */
  expiresAt: number;
};

/** Where runs put their questions. Answers come back through their inboxes. */
export type ReviewDesk = {
  open(review: OpenReview): Promise<void>;
  /** Ends a pending review. True when it is expired now; false when somebody decided first, or it is unknown. */
  expire(id: string): Promise<boolean>;
  /** Takes reviews back that are still pending: their run has ended. */
  withdraw(ids: readonly string[]): Promise<void>;
};

/** The port to the keys of streams: a key ring's own method. */
export type DataKeyOf = (tenant: string, stream: string) => Promise<DataKey>;

/** A desk over the worker's pool. */
export function createReviewDesk({ pool, dataKey }: { pool: pg.Pool; dataKey: DataKeyOf }): ReviewDesk {
  return {
    async open(review) {
      const key = await dataKey(review.tenant, review.run);
      await pool.query({
        name: 'open-review',
        text: `INSERT INTO review (id, tenant, run, kind, agent, tool, step_key, binding, content, expires_at)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING`,
        values: [
          review.id,
          review.tenant,
          review.run,
          review.kind,
          review.agent,
          review.tool ?? null,
          review.stepKey,
          review.binding,
          sealContent(key, review),
          new Date(review.expiresAt),
        ],
      });
    },
    async expire(id) {
      // Expired already is expired: a crash may have come between this and the journal.
      const { rows } = await pool.query<{ status: string }>({
        name: 'expire-review',
        text: `WITH ended AS (
            UPDATE review SET status = 'expired', decision = 'expired', decided_at = now()
            WHERE id = $1 AND status = 'pending' RETURNING status
          ) SELECT status FROM ended UNION ALL SELECT status FROM review WHERE id = $1 AND status = 'expired'`,
        values: [id],
      });
      return rows.length > 0;
    },
    async withdraw(ids) {
      await pool.query({
        name: 'withdraw-reviews',
        text: `UPDATE review SET status = 'withdrawn', decided_at = now()
          WHERE id = ANY($1::uuid[]) AND status = 'pending'`,
        values: [ids],
      });
    },
  };
}
