import type pg from 'pg';
import type { Clock } from '../../../contract/clock.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Stream } from '../../../foundation/journal/index.ts';

/** Milliseconds for which an answer is kept. */
const KEPT_FOR = 24 * 60 * 60 * 1_000;
/** Expired rows removed beside a new one: two keep the table from growing without a job that cleans up. */
const REMOVED_AT_ONCE = 2;

/** What is kept under a key. */
export type Kept = { request_hash: Buffer; status: number; response: string };

/** What was kept before this is kept no longer. */
export function oldestKept(clock: Clock): Date {
  return new Date(clock.now() - KEPT_FOR);
}

/** A request holds what could be guessed: without the tenant's key its hash tells nothing. */
export function secretHash({ key }: Stream, guessable: Buffer): Buffer {
  return Buffer.from(key.keyedHash(guessable.toString('hex')), 'hex');
}

const nameOf = (tenant: string, key: string) => `idempotency|${tenant}|${key}`;

/** Whether another transaction has the key. If not, this one has it until it ends. */
export async function isUnderWay(client: pg.PoolClient, tenant: string, key: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>({
    name: 'idempotency-lock',
    text: 'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 2)) AS locked',
    values: [nameOf(tenant, key)],
  });
  return rows[0]?.locked !== true;
}

/** Waits for whoever has the key. Only for a transaction that holds nothing yet. */
export async function takeKey(client: pg.PoolClient, tenant: string, key: string): Promise<void> {
  await client.query({
    name: 'idempotency-take',
    text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 2))',
    values: [nameOf(tenant, key)],
  });
}

export async function findKept(
  client: pg.PoolClient,
  tenant: string,
  key: string,
  oldest: Date,
): Promise<Kept | undefined> {
  const { rows } = await client.query<Kept>({
    name: 'idempotency-find',
    text: `SELECT request_hash, status, response FROM idempotency_key
      WHERE tenant = $1 AND key = $2 AND created_at > $3`,
    values: [tenant, key, oldest],
  });
  return rows[0];
}

/** Keeps an answer in place of what was kept before. */
export async function keep(
  client: pg.PoolClient,
  request: { tenant: string; key: string; hash: Buffer; oldest: Date },
  status: number,
  response: string,
): Promise<void> {
  await client.query({
    name: 'idempotency-keep',
    text: `WITH expired AS (
        SELECT key FROM idempotency_key WHERE tenant = $1 AND created_at <= $6 AND key <> $2
        ORDER BY created_at LIMIT $7 FOR UPDATE SKIP LOCKED
      ), removed AS (
        DELETE FROM idempotency_key WHERE tenant = $1 AND key IN (SELECT key FROM expired)
      )
      INSERT INTO idempotency_key (tenant, key, request_hash, status, response) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (tenant, key) DO UPDATE SET request_hash = EXCLUDED.request_hash, status = EXCLUDED.status,
        response = EXCLUDED.response, created_at = now()`,
    values: [request.tenant, request.key, request.hash, status, response, request.oldest, REMOVED_AT_ONCE],
  });
}

export function keyReused(): BulkheadError {
  return new BulkheadError({
    code: 'idempotency_key_reused',
    message:
      'This Idempotency-Key was used for another request within the last 24 hours. Send a new key with a new request, or the very same request with this key.',
    status: 422,
  });
}
