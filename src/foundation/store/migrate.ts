import pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { databaseUnreachable, isConnectionLost } from './database-error.ts';
import { makeWay, withdraw } from './make-way.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import {
  type AppliedMigration,
  CREATE_SCHEMA_MIGRATION,
  findUnreadable,
  readApplied,
} from './schema-migration.ts';

/** What {@link migrate} did. */
export type MigrationResult = {
  /** Files that this call applied, in order; empty when the database was up to date. */
  applied: string[];
  /** The number of the schema that the code knows; 0 when the directory holds no migration. */
  number: number;
};

/**
 * Brings a database's schema forward to that of the code. The files `001_name.sql`, `002_name.sql`, … of
 * the directory are applied in order, each in a transaction of its own under an advisory lock, and recorded
 * in the table `schema_migration`; so it can be called by several processes at once, and again at every
 * start. There is no way back: what was applied must not change.
 *
 * Before a file that older code cannot read, older workers are asked to stop and waited for. A database that
 * is ahead of the code is left as it is where its schema is readable for the code.
 *
 * @param target Address of the database, or a connection that is in no transaction.
 * @param options.patience Milliseconds for which older workers are waited for. Default 30,000.
 * @throws BulkheadError `migration_invalid` (names, numbers or content of the files), `migration_changed`,
 *   `migration_failed` (nothing of that file is kept), `schema_too_new`, `workers_not_stopped`,
 *   `database_unreachable`
 * @example
 * await migrate('postgres://localhost/bulkhead', { directory: 'src/foundation/store/migrations' });
 * // { applied: ['001_foundation.sql'], number: 1 }
 */
export async function migrate(
  target: string | pg.ClientBase,
  options: { directory: string; patience?: number },
): Promise<MigrationResult> {
  const migrations = await readMigrations(options.directory);
  if (typeof target !== 'string') return bringForward(target, migrations, options.patience);

  const client = new pg.Client({ connectionString: target, connectionTimeoutMillis: 10_000 });
  // A connection that breaks fails the statement that uses it; it must not end the process.
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw databaseUnreachable(error);
  });
  try {
    return await bringForward(client, migrations, options.patience);
  } finally {
    await client.end();
  }
}

/**
 * The number of the schema that the code knows: that of its last migration.
 *
 * @throws BulkheadError `migration_invalid`
 */
export async function knownSchema(directory: string): Promise<number> {
  return (await readMigrations(directory)).length;
}

async function bringForward(
  client: pg.ClientBase,
  migrations: Migration[],
  patience?: number,
): Promise<MigrationResult> {
  const applied: string[] = [];
  for (;;) {
    const next = nextOf(migrations, await readApplied(client));
    if (next === undefined) break;
    await makeWay(client, next, patience);
    const name = await applyNext(client, migrations, next);
    if (name !== undefined) applied.push(name);
  }
  const unreadable = migrations.length > 0 ? await findUnreadable(client, migrations.length) : undefined;
  if (unreadable !== undefined) throw unreadable;
  return { applied, number: migrations.length };
}

/** Applies one migration, unless another process did it while we waited for the lock. */
async function applyNext(
  client: pg.ClientBase,
  migrations: Migration[],
  awaited: Migration,
): Promise<string | undefined> {
  let next: Migration | undefined;
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL statement_timeout = 0');
    // The lock ends with the transaction, so that it also works behind a pooler of transactions.
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('bulkhead schema_migration', 0))`);
    await client.query(CREATE_SCHEMA_MIGRATION);
    next = nextOf(migrations, await readApplied(client));
    // For the one after it nobody has made way yet.
    if (next !== awaited) next = undefined;
    if (next !== undefined) {
      await client.query(next.text);
      await client.query(
        `INSERT INTO schema_migration (number, name, checksum, readable_from) VALUES ($1, $2, $3, $4)
         ON CONFLICT (number) DO UPDATE SET name = EXCLUDED.name, checksum = EXCLUDED.checksum,
           readable_from = EXCLUDED.readable_from, applied_at = now()`,
        [next.number, next.name, next.checksum, next.readableFrom],
      );
    }
    await client.query('COMMIT');
    return next?.name;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (BulkheadError.isInstance(error)) throw error;
    if (isConnectionLost(error)) throw databaseUnreachable(error);
    await withdraw(client, awaited).catch(() => undefined);
    throw failed(next, error);
  }
}

function nextOf(migrations: Migration[], applied: AppliedMigration[]): Migration | undefined {
  for (const done of applied) {
    const migration = migrations[done.number - 1];
    if (migration !== undefined && migration.checksum !== done.checksum) throw changed(migration);
  }
  return migrations[applied.at(-1)?.number ?? 0];
}

function failed(migration: Migration | undefined, error: unknown): BulkheadError {
  const reason = error instanceof Error ? error.message : String(error);
  const position = error instanceof pg.DatabaseError ? Number(error.position ?? 0) : 0;
  const line =
    migration && position > 0 ? ` at line ${migration.text.slice(0, position).split('\n').length}` : '';
  const subject = migration === undefined ? 'The table schema_migration' : `Migration ${migration.name}`;
  return new BulkheadError({
    code: 'migration_failed',
    message:
      `${subject} failed${line}: ${reason}. Nothing of it was kept, and the schema is as it was before. ` +
      'Remove the cause (often a missing right of the login) and start again.',
    status: 500,
    cause: error,
  });
}

function changed(migration: Migration): BulkheadError {
  return new BulkheadError({
    code: 'migration_changed',
    message:
      `Migration ${migration.name} was applied to this database with another content. Restore the file ` +
      'as it was, and put the change into a new migration.',
    status: 500,
  });
}
