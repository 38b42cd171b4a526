import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import { isLockTimeout } from './is-lock-timeout.ts';

/** Attempts to get locks that others hold; with their pauses half a minute. */
const ATTEMPTS = 60;
const LONGEST_PAUSE = 500;

/**
 * One transaction of the owner's that waits for a lock no longer than 250 ms, so that whoever queues up
 * behind it is not held up either, and then tries again from its beginning.
 *
 * @throws BulkheadError `retention_blocked` when the lock is not to be had in half a minute
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
  attempts = ATTEMPTS,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN; SET LOCAL lock_timeout = '250ms'; SET LOCAL statement_timeout = 0");
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => {
        broken = failure;
      });
      if (!isLockTimeout(error)) throw error;
      if (attempt >= attempts) throw blocked(error);
    } finally {
      client.release(broken);
    }
    await sleep(Math.min(20 * attempt, LONGEST_PAUSE));
  }
}

function blocked(cause: unknown): BulkheadError {
  return new BulkheadError({
    code: 'retention_blocked',
    message:
      'A long transaction, such as an export, keeps the tables of the journal in use. Apply retention again when it is over; what was begun will be finished then.',
    status: 503,
    retryable: true,
    cause,
  });
}
