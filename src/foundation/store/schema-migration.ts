import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';

/** A row of the table `schema_migration`. */
export type AppliedMigration = { number: number; name: string; checksum: string; readableFrom: number };

/**
 * The record of what was applied. A row without `applied_at` announces a migration that older processes must
 * make way for; an announcement that nobody has renewed for a minute counts for nothing.
 */
export const CREATE_SCHEMA_MIGRATION = `CREATE TABLE IF NOT EXISTS schema_migration (
  number int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
  -- Code that knows so many migrations, or more, works with it.
  readable_from int NOT NULL,
  announced_at timestamptz, applied_at timestamptz DEFAULT now())`;

const STANDS = `(applied_at IS NOT NULL OR announced_at > now() - interval '1 minute')`;

/** What was applied, in order; nothing where the table is not there yet. */
export async function readApplied(client: pg.ClientBase): Promise<AppliedMigration[]> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('schema_migration') IS NOT NULL AS there`,
  );
  if (rows[0]?.there !== true) return [];
  const applied = await client.query<AppliedMigration>(
    `SELECT number, name, checksum, readable_from AS "readableFrom" FROM schema_migration
     WHERE applied_at IS NOT NULL ORDER BY number`,
  );
  return applied.rows;
}

/**
 * Whether code that knows `known` migrations may go on with this database: not if a later one was applied, or
 * is about to be, that is not readable for it.
 *
 * @returns the error that says so, or undefined
 */
export async function findUnreadable(
  connection: pg.Pool | pg.ClientBase,
  known: number,
): Promise<BulkheadError | undefined> {
  const { rows } = await connection.query<{ number: number; name: string }>(
    `SELECT number, name FROM schema_migration WHERE readable_from > $1 AND ${STANDS}
     ORDER BY number DESC LIMIT 1`,
    [known],
  );
  const [last] = rows;
  if (last === undefined) return undefined;
  return new BulkheadError({
    code: 'schema_too_new',
    message:
      `The database has the schema ${last.number} (${last.name}), and this version of Bulkhead knows only ${known}. ` +
      'Run the version of Bulkhead that made it, or a later one.',
    status: 500,
    details: { database: last.number, known },
  });
}
