import type pg from 'pg';
import { inTenant, type Store } from '../store/index.ts';
import type { WrappedKeys } from './key-ring.ts';

type Connection = pg.Pool | pg.PoolClient;

async function ofTenant(connection: Connection, tenant: string): Promise<Buffer | undefined> {
  const { rows } = await connection.query<{ wrapped_key: Buffer }>({
    name: 'tenant-key',
    text: 'SELECT wrapped_key FROM tenant WHERE id = $1',
    values: [tenant],
  });
  return rows[0]?.wrapped_key;
}

async function ofStream(connection: Connection, tenant: string, stream: string): Promise<Buffer | undefined> {
  const { rows } = await connection.query<{ wrapped: Buffer }>({
    name: 'stream-key',
    text: 'SELECT wrapped FROM data_key WHERE stream = $1 AND tenant = $2',
    values: [stream, tenant],
  });
  return rows[0]?.wrapped;
}

/** Reads wrapped keys in the worker's role, or the owner's: both see every tenant. */
export function wrappedKeysOf({ pool }: Pick<Store, 'pool'>): WrappedKeys {
  return {
    ofTenant: (tenant) => ofTenant(pool, tenant),
    ofStream: (tenant, stream) => ofStream(pool, tenant, stream),
  };
}

/** Reads wrapped keys in the API's role, behind the tenant's wall. */
export function wrappedKeysBehindWall(store: Store): WrappedKeys {
  return {
    ofTenant: (tenant) => inTenant(store, tenant, (client) => ofTenant(client, tenant)),
    ofStream: (tenant, stream) => inTenant(store, tenant, (client) => ofStream(client, tenant, stream)),
  };
}
