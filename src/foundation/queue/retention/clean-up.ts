import type pg from 'pg';

/** Rows of one statement. */
const AT_ONCE = 5_000;

// An answer is kept for a day (Idempotency-Key); a delivery, that somebody may look why it failed, for a week; a
// message's id for longer than any broker hands it out again (SQS: 14 days), whether its run is still there or not.
const STATEMENTS = {
  idempotencyKeys: `DELETE FROM idempotency_key WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM idempotency_key WHERE created_at < now() - interval '1 day' LIMIT $1))`,
  webhookDeliveries: `DELETE FROM webhook_delivery WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM webhook_delivery WHERE status <> 'pending' AND created_at < now() - interval '7 days' LIMIT $1))`,
  intakeMessages: `DELETE FROM intake_message WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM intake_message WHERE reply IS DISTINCT FROM 'pending' AND received_at < now() - interval '30 days'
    LIMIT $1))`,
} as const;

export type CleanedUp = Record<keyof typeof STATEMENTS, number>;

/** Deletes what is of no use after its day, in batches. */
export async function cleanUp(pool: pg.Pool): Promise<CleanedUp> {
  return {
    idempotencyKeys: await deleteAll(pool, STATEMENTS.idempotencyKeys),
    webhookDeliveries: await deleteAll(pool, STATEMENTS.webhookDeliveries),
    intakeMessages: await deleteAll(pool, STATEMENTS.intakeMessages),
  };
}

async function deleteAll(pool: pg.Pool, statement: string): Promise<number> {
  for (let deleted = 0; ; ) {
    const { rowCount } = await pool.query(statement, [AT_ONCE]);
    if (rowCount === null || rowCount === 0) return deleted;
    deleted += rowCount;
  }
}
