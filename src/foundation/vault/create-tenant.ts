import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { KeyRing } from './key-ring.ts';

/**
 * Makes a tenant with its key and its own journal stream; a tenant that exists is left as it is. Needs
 * the rights of the database's owner: neither the API nor a worker may make tenants.
 */
export async function createTenant(
  connection: pg.Pool | pg.Client,
  keys: KeyRing,
  tenant: { id: string; name: string },
): Promise<void> {
  const stream = randomUUID();
  const { rowCount } = await connection.query(
    'INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING',
    [tenant.id, tenant.name, stream, keys.newTenantKey(tenant.id)],
  );
  if (rowCount === 0) return;
  const { wrapped } = await keys.newDataKey(tenant.id, stream);
  await connection.query('INSERT INTO data_key (stream, tenant, wrapped) VALUES ($1, $2, $3)', [
    stream,
    tenant.id,
    wrapped,
  ]);
}
