import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import { openStore, type Store } from '../../../foundation/store/index.ts';
import { createSharedTransactions, type InTransaction } from './shared-transactions.ts';

let database: TestDatabase;
let store: Store;
let together: InTransaction;
beforeAll(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url, role: 'bulkhead_api' });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});
beforeEach(() => {
  together = createSharedTransactions(store);
});

const keep = (client: pg.PoolClient, tenant: string, key: string) =>
  client.query('INSERT INTO idempotency_key (tenant, key, request_hash) VALUES ($1, $2, $3)', [
    tenant,
    key,
    Buffer.alloc(1),
  ]);
const transactionOf = async (client: pg.PoolClient) =>
  (await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id')).rows[0]?.id;
const kept = (tenant: string) =>
  together(tenant, async (client) =>
    (await client.query<{ key: string }>('SELECT key FROM idempotency_key ORDER BY key')).rows.map(
      ({ key }) => key,
    ),
  );

describe('work that comes together', () => {
  it('shares a transaction, and each piece gets its own result', async () => {
    const results = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        together('t1', async (client) => ({ name, in: await transactionOf(client) })),
      ),
    );
    expect(results.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(new Set(results.map((result) => result.in)).size).toBe(1);
  });

  it('of two tenants never shares one', async () => {
    const [one, other] = await Promise.all([together('t1', transactionOf), together('t2', transactionOf)]);
    expect(one).not.toBe(other);
  });

  it('sees and writes its own tenant’s rows only', async () => {
    await Promise.all([
      together('t3', (client) => keep(client, 't3', 'mine')),
      together('t4', (client) => keep(client, 't4', 'yours')),
    ]);
    expect(await kept('t3')).toEqual(['mine']);
    await expect(together('t3', (client) => keep(client, 't4', 'forged'))).rejects.toThrow(
      'row-level security',
    );
  });

  it('does not suffer from a piece that is refused', async () => {
    const results = await Promise.allSettled([
      together('t5', (client) => keep(client, 't5', 'a')),
      together('t5', async () => {
        throw new BulkheadError({ code: 'invalid_input', message: 'no' });
      }),
      together('t5', (client) => keep(client, 't5', 'b')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await kept('t5')).toEqual(['a', 'b']);
  });

  it('is done again, each piece alone, when one of them breaks the transaction', async () => {
    const results = await Promise.allSettled([
      together('t6', (client) => keep(client, 't6', 'a')),
      together('t6', (client) => client.query('SELECT 1 / 0')),
      together('t6', (client) => keep(client, 't6', 'b')),
    ]);
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { message: 'division by zero' } },
      { status: 'fulfilled' },
    ]);
    expect(await kept('t6')).toEqual(['a', 'b']);
  });

  it('is refused together when there is no database', async () => {
    const away = openStore({ url: 'postgres://postgres@127.0.0.1:1/none', role: 'bulkhead_api' });
    const lost = createSharedTransactions(away);
    const results = await Promise.allSettled([lost('t1', transactionOf), lost('t1', transactionOf)]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'database_unreachable' } });
    await away.close();
  });

  it('goes on, however much comes at once', async () => {
    const count = 200;
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        together('t7', (client) => keep(client, 't7', `key-${index}`)),
      ),
    );
    expect(await kept('t7')).toHaveLength(count);
  });
});
