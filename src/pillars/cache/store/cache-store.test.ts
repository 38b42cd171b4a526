import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import { inTenant, openStore, type Store } from '../../../foundation/store/index.ts';
import { createTenant, KeyRing, wrappedKeysOf } from '../../../foundation/vault/index.ts';
import { type CacheStore, createCacheStore, type NewCacheEntry } from './cache-store.ts';
import { clearTargets } from './clear-targets.ts';

const HOUR = 3_600_000;
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
  for (const id of ['acme', 'globex']) await createTenant(owner, keyRing(), { id, name: id });
});
afterAll(async () => {
  await Promise.all([worker?.close(), api?.close(), owner?.end()]);
  await database?.drop();
});

const keyRing = () => new KeyRing(masterKey, wrappedKeysOf(worker));

/** A store of another worker: it holds nothing in memory yet. */
function openCache(bound?: number): CacheStore {
  const keys = keyRing();
  return createCacheStore({
    pool: worker.pool,
    dataKey: (tenant, run) => keys.dataKey(tenant, run),
    tenantKey: async (tenant) => {
      const { rows } = await worker.pool.query('SELECT stream FROM tenant WHERE id = $1', [tenant]);
      return keys.dataKey(tenant, rows[0].stream);
    },
    ...(bound === undefined ? {} : { bound }),
  });
}

/** A run of the tenant, as far as caches know it: its key. */
async function newRun(tenant = 'acme'): Promise<string> {
  const run = uuidv7();
  const { wrapped } = await keyRing().newDataKey(tenant, run);
  await worker.pool.query('INSERT INTO data_key (stream, tenant, wrapped) VALUES ($1, $2, $3)', [
    ...[run, tenant, wrapped],
  ]);
  return run;
}

/** Asks, and stores the answer. */
async function keep(cache: CacheStore, value: string, more: Partial<NewCacheEntry> = {}): Promise<Buffer> {
  const { tenant = 'acme', kind = 'tool' } = more;
  const key = more.key ?? (await cache.keyOf(tenant, uuidv7()));
  const run = more.run ?? (await newRun(tenant));
  const { askedAt } = await cache.read(tenant, kind, key);
  await cache.write({ agent: 'support', value, askedAt, ttl: HOUR, ...more, kind, tenant, key, run });
  return key;
}
const found = async (cache: CacheStore, key: Buffer, tenant = 'acme') =>
  (await cache.read(tenant, 'tool', key)).found?.value;

describe('what is kept', () => {
  it('is found by every worker of its tenant, and by no other', async () => {
    const cache = openCache();
    const key = await keep(cache, 'answer');
    expect(await found(openCache(), key)).toBe('answer');
    expect(await found(openCache(), key, 'globex')).toBeUndefined();
    expect((await cache.read('acme', 'exact', key)).found).toBeUndefined();
  });

  it('has another key for each tenant', async () => {
    const cache = openCache();
    expect(await cache.keyOf('acme', { q: 1 })).toEqual(await openCache().keyOf('acme', { q: 1 }));
    expect(await cache.keyOf('acme', { q: 1 })).not.toEqual(await cache.keyOf('globex', { q: 1 }));
  });

  it('is sealed: the table holds no word of it', async () => {
    const key = await keep(openCache(), 'the customer lives in Bern');
    const { rows } = await owner.query('SELECT * FROM cache_entry WHERE key = $1', [key]);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from('Bern').toString('hex'));
    expect(rows[0].body.includes('Bern')).toBe(false);
  });

  it('goes with the key of its run, also for a worker that holds that key', async () => {
    const cache = openCache();
    const run = await newRun();
    const key = await keep(cache, 'answer', { run });
    expect(await found(cache, key)).toBe('answer');
    await owner.query('DELETE FROM data_key WHERE stream = $1', [run]);
    expect(await found(cache, key)).toBeUndefined();
    const { rowCount } = await owner.query('SELECT FROM cache_entry WHERE run = $1', [run]);
    expect(rowCount).toBe(0);
  });

  it('is stale after its time, and gone after that', async () => {
    const cache = openCache();
    const key = await keep(cache, 'answer', { stale: HOUR });
    expect((await cache.read('acme', 'tool', key)).found).toMatchObject({ fresh: true });
    await owner.query(`UPDATE cache_entry SET fresh_until = now() WHERE key = $1`, [key]);
    expect((await cache.read('acme', 'tool', key)).found).toMatchObject({ fresh: false, value: 'answer' });
    const claims = [cache, openCache()].map((store) => store.claimRefresh('acme', key, 1));
    expect((await Promise.all(claims)).toSorted()).toEqual([false, true]);
    await owner.query(`UPDATE cache_entry SET expires_at = now() WHERE key = $1`, [key]);
    expect(await found(cache, key)).toBeUndefined();
  });

  it('is fetched anew by nobody who comes when another worker has done it', async () => {
    const cache = openCache();
    const key = await keep(cache, 'old', { stale: HOUR });
    await owner.query(`UPDATE cache_entry SET fresh_until = now() WHERE key = $1`, [key]);
    expect((await cache.read('acme', 'tool', key)).found).toMatchObject({ fresh: false });
    expect(await openCache().claimRefresh('acme', key, 1)).toBe(true);
    await keep(openCache(), 'new', { key, stale: HOUR });
    expect(await cache.claimRefresh('acme', key, 1)).toBe(false);
  });

  it('is fetched anew by one worker for as long as its tool may take', async () => {
    const cache = openCache();
    const key = await keep(cache, 'old', { stale: HOUR });
    await owner.query(`UPDATE cache_entry SET fresh_until = now() WHERE key = $1`, [key]);
    await cache.claimRefresh('acme', key, 10 * 60_000);
    const { rows } = await owner.query(
      `SELECT refreshing_until > now() + interval '9 minutes' AS patient FROM cache_entry WHERE key = $1`,
      [key],
    );
    expect(rows).toEqual([{ patient: true }]);
  });

  it('is bounded by the first write of each worker', async () => {
    const run = await newRun('globex');
    const kind = 'exact' as const;
    for (let worker = 0; worker < 5; worker += 1)
      await keep(openCache(3), String(worker), { tenant: 'globex', kind, run });
    const { rows } = await owner.query(`SELECT FROM cache_entry WHERE tenant = 'globex' AND kind = $1`, [
      kind,
    ]);
    expect(rows).toHaveLength(3);
  });

  it('is at most so much a tenant: the oldest goes', async () => {
    const cache = openCache(3);
    const keys: Buffer[] = [];
    const run = await newRun('globex');
    for (let count = 0; count < 51; count += 1) {
      keys.push(await keep(cache, String(count), { tenant: 'globex', run }));
    }
    const left = await Promise.all(keys.map((key) => found(cache, key, 'globex')));
    expect(left.filter((value) => value !== undefined)).toEqual(['48', '49', '50']);
  });
});

describe('what is cleared', () => {
  it('is not found any more, by tag or by agent', async () => {
    const cache = openCache();
    const [tagged, other, agents] = [
      await keep(cache, 'a', { tags: ['account', 'limit'] }),
      await keep(cache, 'b', { tags: ['invoice'] }),
      await keep(cache, 'c', { agent: 'billing' }),
    ];
    expect(await cache.clear('acme', ['tag:account'])).toBe(1);
    expect(await cache.clear('acme', ['agent:billing'])).toBe(1);
    const left = await Promise.all([tagged, other, agents].map((key) => found(cache, key)));
    expect(left).toEqual([undefined, 'b', undefined]);
  });

  it('is not found either when it was asked for before and is stored after', async () => {
    const cache = openCache();
    const key = await cache.keyOf('acme', 'late');
    const { askedAt } = await cache.read('acme', 'tool', key);
    await cache.clear('acme', ['tag:late']);
    const run = await newRun();
    const late = {
      kind: 'tool' as const,
      tenant: 'acme',
      key,
      agent: 'support',
      tags: ['late'],
      run,
      ttl: HOUR,
    };
    await cache.write({ ...late, value: 'old', askedAt });
    expect(await found(cache, key)).toBeUndefined();
    const now = await cache.read('acme', 'tool', key);
    await cache.write({ ...late, value: 'new', askedAt: now.askedAt });
    expect(await found(cache, key)).toBe('new');
  });

  it('is known by the time at which it was cleared', async () => {
    const cache = openCache();
    const key = await cache.keyOf('acme', 'when');
    const before = (await cache.read('acme', 'tool', key)).askedAt;
    await cache.clear('acme', ['tag:when']);
    const after = (await cache.read('acme', 'tool', key)).askedAt;
    const since = (tenant: string, at: string) => cache.clearedSince(tenant, ['tag:x', 'tag:when'], at);
    expect([await since('acme', before), await since('acme', after)]).toEqual([true, false]);
    expect(await since('globex', before)).toBe(false);
  });

  it('stays when another tenant clears the same, also behind the wall', async () => {
    const cache = openCache();
    const key = await keep(cache, 'a', { tags: ['shared-name'] });
    expect(await cache.clear('globex', ['tag:shared-name'])).toBe(0);
    await inTenant(api, 'globex', (client) => clearTargets(client, 'globex', ['tag:shared-name']));
    expect(await found(cache, key)).toBe('a');
    expect(await inTenant(api, 'acme', (client) => clearTargets(client, 'acme', ['tag:shared-name']))).toBe(
      1,
    );
    expect(await found(cache, key)).toBeUndefined();
  });
});

describe('a scope', () => {
  it('is read whole, what is known without its content, and what was erased not at all', async () => {
    const cache = openCache();
    const scope = await cache.keyOf('acme', 'scope');
    const run = await newRun();
    const erased = await keep(cache, 'erased', { kind: 'semantic', scope, run });
    const kept = await keep(cache, 'kept', { kind: 'semantic', scope });
    const { entries } = await openCache().readScope('acme', scope, []);
    expect(entries.map(({ value }) => value).toSorted()).toEqual(['erased', 'kept']);
    await owner.query('DELETE FROM data_key WHERE stream = $1', [run]);
    const known = [erased, kept].map((key) => key.toString('hex'));
    expect((await cache.readScope('acme', scope, known)).entries).toEqual([
      { key: kept.toString('hex'), run: expect.any(String) },
    ]);
    expect((await cache.readScope('globex', scope, [])).entries).toEqual([]);
  });
});

it('the API reads counts, and no content', async () => {
  const read = inTenant(api, 'acme', (client) => client.query('SELECT body FROM cache_entry'));
  await expect(read).rejects.toMatchObject({ code: '42501' });
});
