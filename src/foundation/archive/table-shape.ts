import type pg from 'pg';
import { ARCHIVED_TABLES } from './archived-tables.ts';

/** A column as this database has it. */
export type Column = { name: string; type: string };

/** A table as this database has it, with the columns that an archive holds. */
export type TableShape = { name: string; columns: Column[]; key: string[] };

/**
 * The archived tables and columns that this database really has, in the order of the list: a schema of an
 * earlier number has fewer.
 */
export async function readShapes(client: pg.ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<Column & { table: string; isKey: boolean }>(
    `SELECT t.name AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       coalesce(a.attnum = ANY(i.indkey::int2[]), false) AS "isKey"
     FROM unnest($1::text[]) AS t(name)
     JOIN pg_attribute a ON a.attrelid = to_regclass(t.name) AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     ORDER BY array_position(i.indkey::int2[], a.attnum), a.attnum`,
    [ARCHIVED_TABLES.map(({ name }) => name)],
  );
  return ARCHIVED_TABLES.flatMap(({ name, columns }) => {
    const own = rows.filter(({ table }) => table === name);
    if (own.length === 0) return [];
    const shape = columns.flatMap((column) => own.filter((found) => found.name === column));
    return [{ name, columns: shape, key: own.filter(({ isKey }) => isKey).map((column) => column.name) }];
  });
}
