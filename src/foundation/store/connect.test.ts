import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { inTenant, openStore, ping, type Store } from './connect.ts';
import type { DatabaseRole } from './require-role.ts';
import { startDeafPooler } from './testing/deaf-pooler.ts';

let database: TestDatabase;
let store: Store;
let other: Store;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url, role: 'bulkhead_api', connections: 1 });
  other = openStore({ url: database.url, role: 'bulkhead_worker', connections: 1 });
  owner = new pg.Client(database.url);
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await store?.close();
  await other?.close();
  await database?.drop();
});

/** Cuts the connection with this number, and waits until it is gone. */
async function cut(backend: number): Promise<void> {
  await owner.query('SELECT pg_terminate_backend($1)', [backend]);
  for (;;) {
    const { rows } = await owner.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [backend]);
    if (rows.length === 0) return;
  }
}

describe('a store', () => {
  it('survives that a connection is cut between two statements of a transaction', async () => {
    const cutOff = inTenant(store, 'acme', async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await cut(rows[0]?.pid ?? 0);
      await client.query('SELECT 1');
    });
    await expect(cutOff).rejects.toMatchObject({ code: 'database_unreachable', retryable: true });
    await inTenant(store, 'acme', async (client) => {
      const { rows } = await client.query('SELECT current_tenant() AS tenant');
      expect(rows).toEqual([{ tenant: 'acme' }]);
    });
  });

  it('has given up the rights of its login on every connection', async () => {
    expect((await store.pool.query('SELECT current_user')).rows).toEqual([{ current_user: 'bulkhead_api' }]);
    expect((await other.pool.query('SELECT current_user')).rows).toEqual([
      { current_user: 'bulkhead_worker' },
    ]);
  });

  it.each(['UPDATE frame SET meta = meta', 'DELETE FROM frame', 'TRUNCATE frame'])(
    'may not change what a journal holds: %s',
    async (statement) => {
      for (const { pool } of [store, other]) {
        await expect(pool.query(statement)).rejects.toThrow('permission denied');
      }
    },
  );
});

describe('the role of a store', () => {
  const opened: Store[] = [];
  const openWith = (parameters: string, role: DatabaseRole = 'bulkhead_api') => {
    const found = openStore({ url: `${database.url}?${parameters}`, role, connections: 1, schema: 7 });
    opened.push(found);
    return found;
  };
  afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())));

  it.each<DatabaseRole>(['bulkhead_api', 'bulkhead_worker'])(
    'holds beside options of the address, which hold too: %s',
    async (role) => {
      const { pool } = openWith('options=-c%20statement_timeout%3D30000', role);
      const { rows } = await pool.query(
        `SELECT current_user AS role, current_setting('statement_timeout') AS timeout,
          current_setting('bulkhead.schema') AS schema`,
      );
      expect(rows).toEqual([{ role, timeout: '30s', schema: '7' }]);
      await expect(pool.query('DELETE FROM frame')).rejects.toThrow('permission denied');
    },
  );

  it('cannot be taken back by the address', async () => {
    const { pool } = openWith('options=-c%20role%3Dnone');
    expect((await pool.query('SELECT current_user')).rows).toEqual([{ current_user: 'bulkhead_api' }]);
  });

  it.each([
    ['a query', (refusing: Store) => refusing.pool.query('SELECT 1')],
    ['a transaction of a tenant', (refusing: Store) => inTenant(refusing, 'acme', async () => 'done')],
    ['a look whether the database is there', (refusing: Store) => ping(refusing)],
  ])(
    'is looked at on a new connection: behind a pooler that drops startup options, %s is refused',
    async (_, use) => {
      const pooler = await startDeafPooler(database.url);
      const refused = openStore({ url: pooler.url, role: 'bulkhead_api' });
      opened.push(refused);
      await expect(use(refused)).rejects.toMatchObject({
        code: 'database_role_missing',
        message: expect.stringMatching(/not as bulkhead_api.*pooler that passes startup options/),
        status: 503,
      });
      expect(refused.pool.totalCount).toBe(0);
      pooler.close();
    },
  );
});
