import pg from 'pg';
import type { ArchivedRow } from './format.ts';
import type { TableShape } from './table-shape.ts';

/** What one fetch should bring, bytes: rows of bundles and frames may be large. */
const FETCH_BYTES = 1_000_000;
const FETCH_ROWS = 2_000;

/**
 * The rows of a table in the order of its primary key, through a cursor of the current transaction: a table
 * of any size takes the memory of one fetch.
 */
export async function* readTable(client: pg.ClientBase, table: TableShape): AsyncGenerator<ArchivedRow> {
  const name = pg.escapeIdentifier;
  const columns = table.columns.map((column) =>
    column.type === 'bytea' ? name(column.name) : `${name(column.name)}::text`,
  );
  // By the columns themselves: their names alone would mean the texts that are selected.
  const order =
    table.key.length === 0 ? '' : `ORDER BY ${table.key.map((key) => `t.${name(key)}`).join(', ')}`;
  await client.query(
    `DECLARE archived NO SCROLL CURSOR FOR SELECT ${columns.join(', ')} FROM ${name(table.name)} t ${order}`,
  );
  let count = 10;
  for (;;) {
    const { rows } = await client.query<ArchivedRow>(`FETCH ${count} FROM archived`);
    let bytes = 1;
    for (const row of rows) {
      for (const { name: column, type } of table.columns) {
        const value = row[column] as string | Buffer | null;
        if (value === null) continue;
        bytes += value.length;
        if (type === 'bytea') row[column] = (value as Buffer).toString('base64');
      }
      yield row;
    }
    if (rows.length < count) break;
    // No more than twice as many as before: the next rows may be larger than these.
    const fitting = Math.floor((FETCH_BYTES * rows.length) / bytes);
    count = Math.max(1, Math.min(fitting, count * 2, FETCH_ROWS));
  }
  await client.query('CLOSE archived');
}
