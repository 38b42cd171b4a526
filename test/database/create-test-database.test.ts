import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withConnection } from './connection.ts';
import { createTestDatabase, type TestDatabase } from './create-test-database.ts';
import { EndedDatabases } from './ended-databases.ts';

const databases: TestDatabase[] = [];
async function create(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
}
afterAll(async () => {
  for (const database of databases) await database.drop();
});

const names = () =>
  withConnection(inject('testServer').url, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    return rows.map((row) => `/${row.datname}`);
  });

describe('a test database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await create();
  });

  it('has all migrations', async () => {
    const count = await withConnection(database.url, (client) =>
      client.query('SELECT count(*)::int AS count FROM schema_migration'),
    );
    expect(count.rows[0].count).toBeGreaterThan(0);
  });

  it('belongs to its file alone', async () => {
    const other = await create();
    await withConnection(database.url, (client) => client.query('CREATE TABLE mine ()'));
    const visit = withConnection(other.url, (client) => client.query('SELECT FROM mine'));
    await expect(visit).rejects.toThrow('does not exist');
  });

  it('can be made by many at once', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, create));
    expect(new Set(made.map(({ url }) => url)).size).toBe(6);
  });

  it('lets nobody in after drop, and cuts off who is connected', async () => {
    const dropped = await create();
    await withConnection(dropped.url, async (client) => {
      await client.query('SELECT 1');
      await dropped.drop();
      await expect(client.query('SELECT 1')).rejects.toThrow();
    });
    await expect(withConnection(dropped.url, async () => {})).rejects.toThrow('not currently accepting');
    await dropped.drop();
  });

  it('loses its files together with others', async () => {
    const ended = new EndedDatabases(2);
    const [one, other] = [await createTestDatabase(ended), await createTestDatabase(ended)];
    const { pathname } = new URL(one.url);
    await one.drop();
    expect(await names()).toContain(pathname);
    await other.drop();
    await expect.poll(names, { timeout: 60_000, interval: 100 }).not.toContain(pathname);
  }, 90_000);
});
