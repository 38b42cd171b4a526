import type pg from 'pg';

/** Milliseconds for which a message that comes again is known; SQS keeps one for 14 days at most. */
const KNOWN_FOR = 30 * 24 * 60 * 60_000;
/** Rows in one statement: so none holds its locks for long. */
const REMOVED_AT_ONCE = 10_000;

/** Removes what is known of messages that no broker hands out any more and that nobody waits for. */
export async function forgetMessages(pool: pg.Pool, now: number): Promise<void> {
  await pool.query({
    name: 'intake-forget',
    text: `DELETE FROM intake_message WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM intake_message WHERE received_at < $1 AND reply IS DISTINCT FROM 'pending'
        ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
    values: [new Date(now - KNOWN_FOR), REMOVED_AT_ONCE],
  });
}
