import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import type { RouteParts } from '../parts.ts';
import { dataKeyOn } from '../runs/data-key-on.ts';
import type { InTransaction } from '../runs/shared-transactions.ts';
import { type Answer, openAnswer, storeAnswer } from './stored-answer.ts';

/** Milliseconds for which an answer is kept. */
const KEPT_FOR = 24 * 60 * 60 * 1_000;
/** Expired rows removed beside a new one: two keep the table from growing without a job that cleans up. */
const REMOVED_AT_ONCE = 2;

export type OnceRequest = {
  tenant: string;
  /** The `Idempotency-Key` header; without it the work is simply done. */
  key: string | undefined;
  hash: Buffer;
};

/**
 * Does the work once for each key, in one transaction with the answer that is kept: either both are there
 * or neither is. The same request again gets the kept answer.
 *
 * @throws BulkheadError `idempotency_key_reused` for another request, `request_in_progress` while the first one runs
 */
export async function once<Body, Status extends number>(
  { keys, clock, tenantStream }: RouteParts,
  inTransaction: InTransaction,
  { tenant, key, hash: guessable }: OnceRequest,
  work: (client: pg.PoolClient) => Promise<Answer<Body, Status>>,
): Promise<Answer<Body, Status> & { replayed: boolean }> {
  // Brings the tenant's key into the key ring, which must not look for it inside the transaction.
  const stream = await tenantStream(tenant);
  // A request holds what could be guessed: without the tenant's key its hash tells nothing.
  const hash = Buffer.from(stream.key.keyedHash(guessable.toString('hex')), 'hex');
  const oldest = new Date(clock.now() - KEPT_FOR);
  return inTransaction(tenant, async (client) => {
    if (key === undefined) return { ...(await work(client)), replayed: false };
    await lock(client, tenant, key);
    const kept = await find(client, tenant, key, oldest);
    if (kept !== undefined) {
      if (!kept.request_hash.equals(hash)) throw keyReused();
      return {
        ...(await openAnswer<Body, Status>(dataKeyOn(client, keys), tenant, key, kept)),
        replayed: true,
      };
    }
    const done = await work(client);
    const response = await storeAnswer(dataKeyOn(client, keys), tenant, key, done);
    await keep(client, { tenant, key, hash, oldest }, done.status, response);
    return { ...done, replayed: false };
  });
}

async function lock(client: pg.PoolClient, tenant: string, key: string): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>({
    name: 'idempotency-lock',
    text: 'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 2)) AS locked',
    values: [`idempotency|${tenant}|${key}`],
  });
  if (rows[0]?.locked !== true) throw inProgress();
}

type Kept = { request_hash: Buffer; status: number; response: string };

async function find(
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

async function keep(
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

function keyReused(): BulkheadError {
  return new BulkheadError({
    code: 'idempotency_key_reused',
    message:
      'This Idempotency-Key was used for another request within the last 24 hours. Send a new key with a new request, or the very same request with this key.',
    status: 422,
  });
}

function inProgress(): BulkheadError {
  return new BulkheadError({
    code: 'request_in_progress',
    message:
      'A request with this Idempotency-Key is being carried out now. Send it again in a moment to get its answer.',
    status: 409,
    retryable: true,
    retryAfter: 1_000,
  });
}
