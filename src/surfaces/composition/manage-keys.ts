import type { Role } from '../../contract/principal.ts';
import { inTenant, openStore, type Store } from '../../foundation/store/index.ts';
import { KeyRing, loadMasterKey, wrappedKeysBehindWall } from '../../foundation/vault/index.ts';
import { createApiKey, listApiKeys, revokeApiKey, tenantStream } from '../../pillars/identity/index.ts';
import { openDatabase, prepareDatabase } from './open-database.ts';
import { TENANT } from './tenant.ts';

export type InstallationOptions = { environment: Record<string, string | undefined>; home: string };

/** API keys of an installation, managed by whoever holds its database and its master key: no key is needed to make the first. */
export async function withKeys<Result>(
  { environment, home }: InstallationOptions,
  work: (keys: KeyDesk) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ environment, home, supervise: false, log: () => {} });
  const masterKey = await loadMasterKey({ environment, home });
  const store: Store = openStore({ url: database.url, role: 'bulkhead_api', connections: 2 });
  try {
    const ring = new KeyRing(masterKey, wrappedKeysBehindWall(store));
    await prepareDatabase(database.url, ring, TENANT);
    const stream = await tenantStream(store, ring, TENANT.id);
    const context = { stream, principal: 'installation' };
    return await work({
      create: (name, roles) =>
        inTenant(store, TENANT.id, (client) =>
          createApiKey(client, { ...context, name, roles, now: Date.now() }),
        ),
      list: () => inTenant(store, TENANT.id, listApiKeys),
      revoke: (id) =>
        inTenant(store, TENANT.id, (client) => revokeApiKey(client, { ...context, id, now: Date.now() })),
    });
  } finally {
    await store.close();
    await database.stop();
  }
}

export type KeyDesk = {
  create(name: string, roles: readonly Role[]): Promise<{ id: string; key: string }>;
  list(): Promise<{ id: string; name: string; roles: string[]; createdAt: Date; revokedAt: Date | null }[]>;
  revoke(id: string): Promise<void>;
};
