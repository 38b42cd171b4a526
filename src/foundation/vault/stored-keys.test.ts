import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { createTenant } from './create-tenant.ts';
import { KeyRing } from './key-ring.ts';
import { wrappedKeysBehindWall, wrappedKeysOf } from './wrapped-keys.ts';

const masterKey = randomBytes(32);
let database: TestDatabase;
let worker: Store;
let api: Store;
let owner: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = openStore({ url: database.url, role: 'bulkhead_worker' });
  api = openStore({ url: database.url, role: 'bulkhead_api' });
  owner = new pg.Pool({ connectionString: database.url, max: 2 });
  owner.on('error', () => undefined);
});
afterAll(async () => {
  await Promise.all([worker?.close(), api?.close(), owner?.end()]);
  await database?.drop();
});

const workerKeys = () => new KeyRing(masterKey, wrappedKeysOf(worker));
const apiKeys = () => new KeyRing(masterKey, wrappedKeysBehindWall(api));

/** A stream of the tenant with a key of its own, and something sealed under it. */
async function storedStream(tenant: string): Promise<{ stream: string; sealed: Buffer }> {
  const stream = uuidv7();
  const { key, wrapped } = await workerKeys().newDataKey(tenant, stream);
  await owner.query('INSERT INTO data_key (stream, tenant, wrapped) VALUES ($1, $2, $3)', [
    stream,
    tenant,
    wrapped,
  ]);
  return { stream, sealed: key.seal(Buffer.from('hello'), 'here') };
}

describe('a tenant', () => {
  it('is made with a key and a journal stream of its own', async () => {
    await createTenant(owner, workerKeys(), { id: 'acme', name: 'Acme' });
    const { rows } = await owner.query<{ name: string; stream: string }>('SELECT name, stream FROM tenant');
    expect(rows).toMatchObject([{ name: 'Acme' }]);
    await expect(workerKeys().dataKey('acme', rows[0]?.stream ?? '')).resolves.toBeDefined();
  });

  it('that is there is left as it is', async () => {
    const before = (await owner.query('SELECT * FROM tenant')).rows;
    await createTenant(owner, workerKeys(), { id: 'acme', name: 'Another name' });
    expect((await owner.query('SELECT * FROM tenant')).rows).toEqual(before);
    expect((await owner.query('SELECT * FROM data_key')).rowCount).toBe(1);
  });

  it('is made once by processes that start together', async () => {
    await Promise.all(
      Array.from({ length: 4 }, () => createTenant(owner, workerKeys(), { id: 'together', name: 'T' })),
    );
    const { rows } = await owner.query<{ stream: string }>(`SELECT stream FROM tenant WHERE id = 'together'`);
    const { rowCount } = await owner.query(`SELECT 1 FROM data_key WHERE tenant = 'together'`);
    expect(rowCount).toBe(1);
    await expect(workerKeys().dataKey('together', rows[0]?.stream ?? '')).resolves.toBeDefined();
  });

  it('cannot be made by a worker or by the API', async () => {
    for (const { pool } of [worker, api]) {
      const making = createTenant(pool, workerKeys(), { id: 'mine', name: 'Mine' });
      await expect(making).rejects.toThrow('permission denied');
    }
  });
});

describe('stored keys', () => {
  it('are found by workers and, behind the wall, by the API', async () => {
    const { stream, sealed } = await storedStream('acme');
    for (const keys of [workerKeys(), apiKeys()]) {
      expect((await keys.dataKey('acme', stream)).open(sealed, 'here').toString()).toBe('hello');
    }
  });

  it('of another tenant are found by neither', async () => {
    await createTenant(owner, workerKeys(), { id: 'other', name: 'Other' });
    const { stream } = await storedStream('other');
    for (const keys of [workerKeys(), apiKeys()]) {
      await expect(keys.dataKey('acme', stream)).rejects.toMatchObject({ code: 'key_destroyed' });
    }
  });

  it('are of no use without the master key', async () => {
    const { stream } = await storedStream('acme');
    const stolen = new KeyRing(randomBytes(32), wrappedKeysOf(worker));
    await expect(stolen.dataKey('acme', stream)).rejects.toMatchObject({ code: 'seal_broken' });
  });
});
