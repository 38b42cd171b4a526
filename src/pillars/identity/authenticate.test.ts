import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { decodeFrame, readFrom } from '../../foundation/journal/index.ts';
import { inTenant, openStore, type Store } from '../../foundation/store/index.ts';
import { createTenant, KeyRing, wrappedKeysBehindWall, wrappedKeysOf } from '../../foundation/vault/index.ts';
import { createAuthenticator, KEY_TRUSTED_FOR } from './authenticate.ts';
import { createApiKey } from './create-api-key.ts';
import { tenantStream } from './tenant-stream.ts';

let database: TestDatabase;
let store: Store;
let owner: pg.Pool;
let keys: KeyRing;
beforeAll(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url, role: 'bulkhead_api' });
  owner = new pg.Pool({ connectionString: database.url });
  // Dropping the database may cut a connection that is just closing.
  owner.on('error', () => undefined);
  const masterKey = randomBytes(32);
  keys = new KeyRing(masterKey, wrappedKeysBehindWall(store));
  const ownerKeys = new KeyRing(masterKey, wrappedKeysOf({ ...store, pool: owner }));
  for (const id of ['acme', 'globex']) await createTenant(owner, ownerKeys, { id, name: id });
});
afterAll(async () => {
  await owner.end();
  await store.close();
  await database.drop();
});

async function makeKey(tenant: string, roles: Parameters<typeof createApiKey>[1]['roles'] = ['developer']) {
  const stream = await tenantStream(store, keys, tenant);
  return inTenant(store, tenant, (client) =>
    createApiKey(client, { stream, name: 'ci', roles, principal: 'cli', now: 5 }),
  );
}

describe('an API key', () => {
  it('is its holder, with tenant and roles', async () => {
    const authenticate = createAuthenticator({ store, clock: new ManualClock() });
    const { id, key } = await makeKey('acme', ['developer', 'auditor']);
    expect(key).toMatch(new RegExp(`^bh_${id}_[A-Za-z0-9_-]{43}$`));
    expect(await authenticate(`Bearer ${key}`)).toEqual({
      id,
      name: 'ci',
      tenant: 'acme',
      roles: ['developer', 'auditor'],
    });
    expect(await authenticate(`bearer  ${key}`)).toMatchObject({ id });
  });

  it('is stored as a hash alone', async () => {
    const { id, key } = await makeKey('acme');
    const { rows } = await owner.query('SELECT * FROM api_key WHERE id = $1', [id]);
    expect(JSON.stringify(rows)).not.toContain(key.slice(-43));
    expect(rows[0].hash).toHaveLength(32);
  });

  it('leaves a trace in its tenant’s stream when it is made', async () => {
    const { id } = await makeKey('globex', ['reviewer']);
    const stream = await tenantStream(store, keys, 'globex');
    const frames = await readFrom(owner, stream.class, stream.id, 0);
    expect(frames.flatMap((frame) => decodeFrame(frame, stream.key)).at(-1)?.meta).toEqual({
      kind: 'api-key.created',
      at: 5,
      id,
      principal: 'cli',
      roles: ['reviewer'],
    });
  });

  it('cannot be made for another tenant from behind the wall', async () => {
    const stream = await tenantStream(store, keys, 'acme');
    const attempt = inTenant(store, 'globex', (client) =>
      createApiKey(client, { stream, name: 'ci', roles: ['admin'], principal: 'cli', now: 0 }),
    );
    await expect(attempt).rejects.toThrow('row-level security');
  });

  it('loses its force when it is revoked, after the few seconds for which it was trusted', async () => {
    const clock = new ManualClock();
    const authenticate = createAuthenticator({ store, clock });
    const { id, key } = await makeKey('acme');
    await authenticate(`Bearer ${key}`);
    await owner.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [id]);
    await clock.advance(KEY_TRUSTED_FOR - 1);
    expect(await authenticate(`Bearer ${key}`)).toMatchObject({ id });
    await clock.advance(1);
    await expect(authenticate(`Bearer ${key}`)).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
  });
});

describe('authentication refuses', () => {
  it.each([
    ['no header', undefined, 'has no API key'],
    ['an empty header', '', 'has no API key'],
    ['another scheme', 'Basic dXNlcjpwYXNz', 'holds no API key'],
    ['a bare key', `bh_${'a'.repeat(12)}_${'b'.repeat(43)}`, 'holds no API key'],
    ['a token of another kind', 'Bearer sk-12345', 'holds no API key'],
    ['a key with something behind it', `Bearer bh_${'a'.repeat(12)}_${'b'.repeat(43)} x`, 'holds no API key'],
    ['a key that nobody made', `Bearer bh_${'a'.repeat(12)}_${'b'.repeat(43)}`, 'is not known'],
  ])('%s', async (_, header, sentence) => {
    const authenticate = createAuthenticator({ store, clock: new ManualClock() });
    await expect(authenticate(header)).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
      message: expect.stringContaining(sentence),
    });
  });

  it('everybody, without a claim about the key, while the database is away', async () => {
    const away = openStore({ url: 'postgres://postgres@127.0.0.1:1/none', role: 'bulkhead_api' });
    const authenticate = createAuthenticator({ store: away, clock: new ManualClock() });
    await expect(authenticate(`Bearer bh_${'a'.repeat(12)}_${'b'.repeat(43)}`)).rejects.toMatchObject({
      code: 'database_unreachable',
      retryable: true,
    });
    await away.close();
  });
});

describe('a tenant’s stream', () => {
  it('is only seen for a tenant that is there', async () => {
    await expect(tenantStream(store, keys, 'nobody')).rejects.toMatchObject({ code: 'unknown_tenant' });
  });

  it('is the same for the API and for a connection that sees every tenant', async () => {
    const seen = await tenantStream(store, keys, 'acme');
    const ofOwner = await tenantStream(owner, keys, 'acme');
    expect(ofOwner.id).toBe(seen.id);
  });
});
