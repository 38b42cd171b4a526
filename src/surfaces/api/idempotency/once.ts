import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import type { RouteParts } from '../parts.ts';
import { dataKeyOn } from '../runs/data-key-on.ts';
import type { InTransaction } from '../runs/shared-transactions.ts';
import { findKept, isUnderWay, keep, keyReused, oldestKept, secretHash } from './kept-keys.ts';
import { type Answer, openAnswer, storeAnswer } from './stored-answer.ts';

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
  const hash = secretHash(stream, guessable);
  const oldest = oldestKept(clock);
  return inTransaction(tenant, async (client) => {
    if (key === undefined) return { ...(await work(client)), replayed: false };
    if (await isUnderWay(client, tenant, key)) throw inProgress();
    const kept = await findKept(client, tenant, key, oldest);
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
