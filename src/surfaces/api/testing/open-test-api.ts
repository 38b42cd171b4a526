import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase } from '../../../../test/database/index.ts';
import { systemClock } from '../../../contract/clock.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { BundleManifest } from '../../../contract/manifest.ts';
import type { Role } from '../../../contract/principal.ts';
import { RunNews } from '../../../foundation/journal/index.ts';
import { createNearDoorbell } from '../../../foundation/queue/index.ts';
import { inTenant, openStore, type Store } from '../../../foundation/store/index.ts';
import {
  createTenant,
  KeyRing,
  wrappedKeysBehindWall,
  wrappedKeysOf,
} from '../../../foundation/vault/index.ts';
import { createApiKey, tenantStream } from '../../../pillars/identity/index.ts';
import { type Api, createApi } from '../create-api.ts';
import type { ApiParts, Readiness } from '../parts.ts';
import { SUPPORT } from './manifests.ts';

export type TestApi = Api & {
  parts: ApiParts;
  /** The database's owner, who stands before no wall. */
  owner: pg.Pool;
  /** What a worker has: its role, and a key ring over it. */
  worker: { store: Store; keys: KeyRing };
  /** A key ring that holds nothing yet. */
  freshKeys(store: Store): KeyRing;
  logged: { fields: object; message: string }[];
  /** Makes a key of a tenant, which is made too when it is not there. */
  keyFor(tenant: string, ...roles: Role[]): Promise<string>;
  /** Sends JSON with a key. */
  send(
    key: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  drop(): Promise<void>;
};

/** Code whose text is a manifest: what a code host would say of it. */
export function codeOf(manifest: BundleManifest): Buffer {
  return Buffer.from(JSON.stringify(manifest));
}

const READY: Readiness = { ready: true, checks: { database: { ok: true } }, warnings: [] };

/** An API over a database of its own, with ports that tests can foresee. */
export async function openTestApi(changes: Partial<ApiParts> = {}): Promise<TestApi> {
  const database = await createTestDatabase();
  const store = openStore({ url: database.url, role: 'bulkhead_api' });
  const workerStore = openStore({ url: database.url, role: 'bulkhead_worker' });
  const masterKey = randomBytes(32);
  const keys = new KeyRing(masterKey, wrappedKeysBehindWall(store));
  const logged: TestApi['logged'] = [];
  const log = (fields: object, message: string) => void logged.push({ fields, message });
  const parts: ApiParts = {
    store,
    keys,
    doorbell: createNearDoorbell(),
    news: new RunNews(),
    databaseUrl: database.url,
    describeBundle: async (code) => JSON.parse(code.toString()) as BundleManifest,
    models: { check: checkModel, defaultModel: 'local' },
    allowLoopback: false,
    readiness: async () => READY,
    clock: systemClock,
    log: { error: log, warn: log },
    ...changes,
  };
  const api = createApi(parts);
  const owner = new pg.Pool({ connectionString: database.url, max: 2 });
  // Dropping the database may cut a connection that is just closing.
  owner.on('error', () => undefined);

  return {
    ...api,
    parts,
    owner,
    worker: { store: workerStore, keys: new KeyRing(masterKey, wrappedKeysOf(workerStore)) },
    freshKeys: (over) => new KeyRing(masterKey, wrappedKeysBehindWall(over)),
    logged,
    async keyFor(tenant, ...roles) {
      await createTenant(owner, new KeyRing(masterKey, wrappedKeysOf(workerStore)), {
        id: tenant,
        name: tenant,
      });
      const stream = await tenantStream(store, keys, tenant);
      const { key } = await inTenant(store, tenant, (client) =>
        createApiKey(client, { stream, name: roles.join('-'), roles, principal: 'test', now: Date.now() }),
      );
      return key;
    },
    async send(key, method, path, body, headers = {}) {
      return api.app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    async drop() {
      await api.close();
      await Promise.all([store.close(), workerStore.close(), owner.end()]);
      await database.drop();
    },
  };
}

/** Deploys the support desk for a tenant. */
export async function deploySupport(
  api: TestApi,
  key: string,
  manifest: BundleManifest = SUPPORT,
): Promise<string> {
  const response = await api.app.request('/v1/bundles', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/javascript' },
    body: new Uint8Array(codeOf(manifest)),
  });
  const { version } = (await response.json()) as { version: string };
  return version;
}

function checkModel(name: string): void {
  if (name === 'local') return;
  const [provider] = name.split('/');
  throw new BulkheadError({
    code: provider === 'openai' ? 'missing_key' : 'unknown_model',
    message: `The model ${name} cannot be used here.`,
    status: 422,
  });
}
