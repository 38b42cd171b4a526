import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import type { DataKey, KeyRing } from '../../../foundation/vault/index.ts';

/** Where the keys of streams come from. */
export type DataKeyOf = (tenant: string, stream: string) => Promise<DataKey>;

/**
 * Reads keys of streams over the transaction's own connection. The key ring would take another one, and
 * transactions that each wait for a second connection wait for each other. It asks each time, so that a
 * key that was destroyed elsewhere opens nothing here. The tenant's own key must be in the ring already
 * (`tenantStream` brings it there).
 */
export function dataKeyOn(client: pg.PoolClient, keys: KeyRing): DataKeyOf {
  return async (tenant, stream) => {
    const { rows } = await client.query<{ wrapped: Buffer }>({
      name: 'stream-key',
      text: 'SELECT wrapped FROM data_key WHERE stream = $1 AND tenant = $2',
      values: [stream, tenant],
    });
    const wrapped = rows[0]?.wrapped;
    if (wrapped !== undefined) return keys.unwrap(tenant, stream, wrapped);
    throw new BulkheadError({
      code: 'key_destroyed',
      message: `The content of ${stream} cannot be read any more: its key was destroyed. Its facts and proofs remain.`,
      status: 410,
    });
  };
}
