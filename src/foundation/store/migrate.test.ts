import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let directory: string;
let client: pg.Client;
let url: string;
let schemas = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  // Each test sees an empty schema of its own.
  schemas += 1;
  const address = new URL(database.url);
  address.searchParams.set('options', `-c search_path=case_${schemas}`);
  url = address.href;
  client = new pg.Client(url);
  await client.connect();
  await client.query(`CREATE SCHEMA case_${schemas}`);
  directory = await mkdtemp(join(tmpdir(), 'bulkhead-migrations-'));
  await write('001_first.sql', 'CREATE TABLE first (id int);\nINSERT INTO first VALUES (1);\n');
});
afterEach(async () => {
  await client.end();
  await rm(directory, { recursive: true });
});

const write = (name: string, text: string) => writeFile(join(directory, name), text);
const tables = async () => {
  const { rows } = await client.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1',
  );
  return rows.map((row) => row.name);
};

describe('migrating', () => {
  it('applies the files in order, and records them', async () => {
    await write('002_second.sql', 'ALTER TABLE first ADD COLUMN name text;');
    expect(await migrate(client, { directory })).toEqual({
      applied: ['001_first.sql', '002_second.sql'],
      number: 2,
    });
    const { rows } = await client.query(
      'SELECT number, name, checksum FROM schema_migration ORDER BY number',
    );
    expect(rows).toEqual([
      { number: 1, name: '001_first.sql', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { number: 2, name: '002_second.sql', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it('takes the address of a database too', async () => {
    expect(await migrate(url, { directory })).toEqual({ applied: ['001_first.sql'], number: 1 });
    expect(await tables()).toEqual(['first', 'schema_migration']);
  });

  it('does nothing the second time, then only what is new', async () => {
    await migrate(client, { directory });
    expect(await migrate(client, { directory })).toEqual({ applied: [], number: 1 });
    await write('002_second.sql', 'CREATE TABLE second (id int);');
    expect(await migrate(client, { directory })).toEqual({ applied: ['002_second.sql'], number: 2 });
  });

  it('applies each file once when several processes start together', async () => {
    await write('002_second.sql', 'CREATE TABLE second (id int);');
    const results = await Promise.all(Array.from({ length: 5 }, () => migrate(url, { directory })));
    expect(results.flatMap(({ applied }) => applied).toSorted()).toEqual(['001_first.sql', '002_second.sql']);
    const { rows } = await client.query('SELECT id FROM first');
    expect(rows).toEqual([{ id: 1 }]);
  });

  it('needs no right to create anything when nothing is new', async () => {
    await migrate(client, { directory });
    await client.query('BEGIN READ ONLY');
    expect(await migrate(client, { directory })).toEqual({ applied: [], number: 1 });
    await client.query('COMMIT');
  });

  it('takes a file with other line ends for the same', async () => {
    await migrate(client, { directory });
    await write('001_first.sql', 'CREATE TABLE first (id int);\r\nINSERT INTO first VALUES (1);\r\n');
    expect(await migrate(client, { directory })).toEqual({ applied: [], number: 1 });
  });
});

describe('a migration that fails', () => {
  it('leaves nothing behind, keeps those before it, and names its line', async () => {
    await write('002_second.sql', 'CREATE TABLE second (id int);\nSELECT nothing;\n');
    await expect(migrate(client, { directory })).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining('002_second.sql failed at line 2: column "nothing" does not exist'),
    });
    expect(await tables()).toEqual(['first', 'schema_migration']);
  });

  it('can be mended and applied on the same connection', async () => {
    await write('002_second.sql', 'CREATE TABLE second (id int); SELECT nothing;');
    await expect(migrate(client, { directory })).rejects.toThrow();
    await write('002_second.sql', 'CREATE TABLE second (id int);');
    expect((await migrate(client, { directory })).applied).toEqual(['002_second.sql']);
  });

  it('also fails at its commit', async () => {
    await write('002_second.sql', 'ALTER TABLE first ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED;');
    await write('003_third.sql', 'INSERT INTO first VALUES (1);');
    await expect(migrate(client, { directory })).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining('003_third.sql'),
    });
  });
});

describe('a database that does not fit the files', () => {
  it('is refused when an applied file was changed', async () => {
    await migrate(client, { directory });
    await write('001_first.sql', 'CREATE TABLE first (id bigint);');
    await write('002_second.sql', 'CREATE TABLE second (id int);');
    await expect(migrate(client, { directory })).rejects.toMatchObject({ code: 'migration_changed' });
    expect(await tables()).not.toContain('second');
  });

  it('is refused when it is ahead of the code', async () => {
    await write('002_second.sql', 'CREATE TABLE second (id int);');
    await migrate(client, { directory });
    await rm(join(directory, '002_second.sql'));
    await expect(migrate(client, { directory })).rejects.toMatchObject({
      code: 'schema_too_new',
      message: expect.stringContaining('Run the version of Bulkhead that made it'),
      details: { database: 2, known: 1 },
    });
  });

  it('is refused when it cannot be reached', async () => {
    await expect(migrate('postgres://127.0.0.1:1/none', { directory })).rejects.toMatchObject({
      code: 'database_unreachable',
      retryable: true,
    });
  });
});

describe('files that are not usable', () => {
  it.each([
    ['a gap', '003_third.sql'],
    ['a double', '001_again.sql'],
    ['another form of name', 'second.sql'],
    ['two digits', '02_second.sql'],
  ])('are refused before anything is applied: %s', async (_case, name) => {
    await write(name, 'SELECT 1;');
    await expect(migrate(client, { directory })).rejects.toMatchObject({ code: 'migration_invalid' });
    expect(await tables()).toEqual([]);
  });

  it.each(['COMMIT;', 'begin;', '  ROLLBACK WORK ;', 'START TRANSACTION;'])(
    'are refused when they end or begin a transaction: %s',
    async (statement) => {
      await write('002_second.sql', `SELECT 1;\n${statement}\nSELECT 2;`);
      await expect(migrate(client, { directory })).rejects.toMatchObject({ code: 'migration_invalid' });
    },
  );

  it('are not mistaken for such when a block of PL/pgSQL begins and ends', async () => {
    await write('002_second.sql', 'DO $$\nBEGIN\n  PERFORM 1;\nEND;\n$$;\n');
    expect((await migrate(client, { directory })).number).toBe(2);
  });

  it('are missed when the folder is not there', async () => {
    await expect(migrate(client, { directory: join(directory, 'none') })).rejects.toMatchObject({
      code: 'migration_invalid',
    });
  });
});
