import type pg from 'pg';
import { TERMINAL_STATUSES } from '../../../contract/run.ts';

/** A reply to send: its run ended. */
export type DueReply = {
  tenant: string;
  source: string;
  message: string;
  /** The run that the message became, and the one that it went on as in the end. */
  run: string;
  lastRun: string;
  to: string;
  correlationId: string | null;
  /** This attempt's number, from 1. */
  attempts: number;
};

// Times are the caller's clock. A run that is still at work is looked at again after a tenth of its age, between
// half a second and half a minute: so ten thousand waiting runs cost little, and a short one does not wait. Moving
// next_at is the lease of one whose run ended: a sender that dies is followed by another.
const CLAIM = `WITH due AS (
  SELECT tenant, source, message, last_run FROM intake_message
  WHERE reply = 'pending' AND source = ANY($1::text[]) AND next_at <= $2
  ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED
), looked AS (
  SELECT due.*, r.continued_as, r.id IS NULL OR r.status = ANY($5::text[]) AS ended
  FROM due LEFT JOIN run r ON r.id = due.last_run
), claimed AS (
  UPDATE intake_message m SET
    last_run = coalesce(l.continued_as, m.last_run),
    attempts = m.attempts + CASE WHEN l.ended AND l.continued_as IS NULL THEN 1 ELSE 0 END,
    next_at = CASE
      WHEN l.continued_as IS NOT NULL THEN $2
      WHEN l.ended THEN $4
      ELSE $2 + least(interval '30 s', greatest(interval '0.5 s', ($2 - m.received_at) / 10)) END
  FROM looked l WHERE m.tenant = l.tenant AND m.source = l.source AND m.message = l.message
  RETURNING m.*, l.ended AND l.continued_as IS NULL AS ended
)
SELECT tenant, source, message, run, last_run AS "lastRun", reply_to AS "to",
  correlation_id AS "correlationId", attempts
FROM claimed WHERE ended`;

/** Takes replies whose runs ended, for `lease` milliseconds. */
export async function claimReplies(
  pool: pg.Pool,
  options: { sources: readonly string[]; now: number; lease: number; limit: number },
): Promise<DueReply[]> {
  const { rows } = await pool.query<DueReply>({
    name: 'intake-claim-replies',
    text: CLAIM,
    values: [
      options.sources,
      new Date(options.now),
      options.limit,
      new Date(options.now + options.lease),
      TERMINAL_STATUSES,
    ],
  });
  return rows;
}

/** What became of an attempt; `nextAt` in milliseconds since the epoch. */
export type ReplyResult =
  | { reply: 'sent' }
  | { reply: 'given-up'; reason: string }
  | { reply: 'pending'; nextAt: number; reason: string };

/** Writes an attempt's result, unless a later attempt has begun meanwhile. */
export async function settleReply(
  pool: pg.Pool,
  { tenant, source, message, attempts }: DueReply,
  result: ReplyResult,
  now: number,
): Promise<void> {
  await pool.query({
    name: 'intake-settle-reply',
    text: `UPDATE intake_message SET reply = $5, last_error = $6, next_at = coalesce($7, next_at),
        replied_at = CASE WHEN $5 = 'sent' THEN $8::timestamptz END
      WHERE tenant = $1 AND source = $2 AND message = $3 AND attempts = $4 AND reply = 'pending'`,
    values: [
      tenant,
      source,
      message,
      attempts,
      result.reply,
      result.reply === 'sent' ? null : result.reason,
      result.reply === 'pending' ? new Date(result.nextAt) : null,
      new Date(now),
    ],
  });
}
