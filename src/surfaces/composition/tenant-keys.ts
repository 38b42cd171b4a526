import type pg from 'pg';
import type { DataKey, KeyRing } from '../../foundation/vault/index.ts';
import { tenantStream } from '../../pillars/identity/index.ts';

/** The keys of tenants, each found once: a tenant's stream and its key never change. */
export function createTenantKeys(pool: pg.Pool, keys: KeyRing): (tenant: string) => Promise<DataKey> {
  const held = new Map<string, Promise<DataKey>>();
  return (tenant) => {
    const known = held.get(tenant);
    if (known !== undefined) return known;
    const key = tenantStream(pool, keys, tenant).then((stream) => stream.key);
    held.set(tenant, key);
    key.catch(() => held.delete(tenant));
    return key;
  };
}
