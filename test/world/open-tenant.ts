import pg from 'pg';
import { ROLES } from '../../src/contract/principal.ts';
import { inTenant, openStore } from '../../src/foundation/store/index.ts';
import {
  createTenant,
  KeyRing,
  wrappedKeysBehindWall,
  wrappedKeysOf,
} from '../../src/foundation/vault/index.ts';
import { createApiKey, tenantStream } from '../../src/pillars/identity/index.ts';
import { Client } from './client.ts';
import type { World } from './start-world.ts';

/** Makes another tenant of an installation, and a client with a key that may do everything there. */
export async function openTenant(world: World, id: string): Promise<Client> {
  const masterKey = Buffer.from(String(world.environment.BULKHEAD_MASTER_KEY), 'base64');
  const owner = new pg.Client({ connectionString: world.databaseUrl });
  const workers = openStore({ url: world.databaseUrl, role: 'bulkhead_worker', connections: 1 });
  const store = openStore({ url: world.databaseUrl, role: 'bulkhead_api', connections: 2 });
  try {
    await owner.connect();
    await createTenant(owner, new KeyRing(masterKey, wrappedKeysOf(workers)), { id, name: id });
    const stream = await tenantStream(store, new KeyRing(masterKey, wrappedKeysBehindWall(store)), id);
    const { key } = await inTenant(store, id, (client) =>
      createApiKey(client, { stream, name: 'test', roles: ROLES, principal: 'test', now: Date.now() }),
    );
    return new Client(world.client.url, key);
  } finally {
    await Promise.all([owner.end(), workers.close(), store.close()]);
  }
}
