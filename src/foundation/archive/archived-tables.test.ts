import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARCHIVED_SEQUENCES, ARCHIVED_TABLES, LEFT_OUT_TABLES } from './archived-tables.ts';
import { createFilledDatabase, type FilledDatabase } from './testing/filled-database.ts';

let database: FilledDatabase;
beforeAll(async () => {
  database = await createFilledDatabase();
});
afterAll(() => database?.drop());

describe('the list of what an archive holds', () => {
  it('names every table and column of the schema, or says that it is left out', async () => {
    const { rows } = await database.owner.query<{ name: string; columns: string[] }>(
      `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attname) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       GROUP BY 1 ORDER BY 1`,
    );
    const listed = ARCHIVED_TABLES.map(({ name, columns, leftOut = [] }) => ({
      name,
      columns: [...columns, ...leftOut].toSorted(),
    }));
    const real = rows.filter(({ name }) => !(name in LEFT_OUT_TABLES));
    expect(real.map(({ name, columns }) => ({ name, columns: columns.toSorted() }))).toEqual(
      listed.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    );
    for (const name of Object.keys(LEFT_OUT_TABLES)) expect(rows.map((row) => row.name)).toContain(name);
  });

  it('names every sequence', async () => {
    const { rows } = await database.owner.query(
      `SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(ARCHIVED_SEQUENCES.toSorted());
  });

  it('puts no table before one that it refers to', async () => {
    const { rows } = await database.owner.query<{ from: string; to: string }>(
      `SELECT conrelid::regclass::text AS from, confrelid::regclass::text AS to FROM pg_constraint
       WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    );
    const place = (name: string) => ARCHIVED_TABLES.findIndex((table) => table.name === name);
    expect(rows.length).toBeGreaterThan(0);
    for (const { from, to } of rows.filter((row) => !(row.from in LEFT_OUT_TABLES)))
      expect([from, place(to) <= place(from)]).toEqual([from, true]);
  });

  it('is carried through by the tests of export and import with a row of each table at least', async () => {
    for (const { name } of ARCHIVED_TABLES) {
      const { rowCount } = await database.owner.query(`SELECT FROM ${name} LIMIT 1`);
      expect([name, rowCount], 'add a row to testing/filling.ts').toEqual([name, 1]);
    }
  });
});
