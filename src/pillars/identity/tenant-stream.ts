import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import type { Stream } from '../../foundation/journal/index.ts';
import { inTenant, type Store } from '../../foundation/store/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';

/**
 * The tenant's own stream of the journal: where deployments, keys, kill switches and people's decisions
 * are recorded. It never changes, so a caller may keep it. Open it before a transaction begins: the key
 * ring takes a connection of its own, and holding one while waiting for another can end in a deadlock.
 *
 * @param source a store in the API's role, or a pool that sees every tenant
 * @throws BulkheadError `unknown_tenant`
 */
export async function tenantStream(source: Store | pg.Pool, keys: KeyRing, tenant: string): Promise<Stream> {
  const id =
    'db' in source
      ? await inTenant(source, tenant, (client) => streamId(client, tenant))
      : await streamId(source, tenant);
  return { class: 'permanent', id, tenant, key: await keys.dataKey(tenant, id) };
}

async function streamId(connection: pg.Pool | pg.PoolClient, tenant: string): Promise<string> {
  const { rows } = await connection.query<{ stream: string }>('SELECT stream FROM tenant WHERE id = $1', [
    tenant,
  ]);
  const id = rows[0]?.stream;
  if (id !== undefined) return id;
  throw new BulkheadError({
    code: 'unknown_tenant',
    message: `There is no tenant "${tenant}". It was removed, or this connection may not see it.`,
    status: 404,
  });
}
