import pg from 'pg';
import { databaseInUse, databaseNotEmpty } from './archive-failure.ts';
import { ARCHIVED_TABLES } from './archived-tables.ts';
import type { TableShape } from './table-shape.ts';

/**
 * Locks the archived tables for the rest of the transaction and makes sure that the database holds nothing:
 * only what migrations make, and the tenant `default` with its key, which the first start of a server makes.
 * That tenant goes: the archive brings its own, or the next start makes it anew. Whatever has been recorded,
 * a run, a deployment or an API key, is something.
 *
 * No process may be at work on the database: it would go on with the key of a tenant that is gone.
 *
 * @throws BulkheadError `database_not_empty`, `database_in_use`
 */
export async function requireEmpty(client: pg.ClientBase, shapes: readonly TableShape[]): Promise<void> {
  const names = shapes.map(({ name }) => pg.escapeIdentifier(name));
  await client.query(`LOCK TABLE ${names.join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
  await requireIdle(client);
  const { rows: tenants } = await client.query<{ id: string; stream: string }>(
    'SELECT id, stream FROM tenant LIMIT 2',
  );
  const made = tenants.length === 1 && tenants[0]?.id === 'default' ? tenants[0] : undefined;
  if (made === undefined && tenants.length > 0) throw databaseNotEmpty('it has tenants');
  for (const { name } of shapes) {
    const isSeeded = ARCHIVED_TABLES.find((table) => table.name === name)?.seeded === true;
    if (name === 'tenant' || isSeeded) continue;
    const isKeyTable = name === 'data_key';
    const { rowCount } = await client.query(
      `SELECT FROM ${pg.escapeIdentifier(name)} ${isKeyTable ? 'WHERE stream IS DISTINCT FROM $1' : ''} LIMIT 1`,
      isKeyTable ? [made?.stream ?? null] : [],
    );
    if (rowCount !== 0) throw databaseNotEmpty(`its table "${name}" has rows`);
  }
  await client.query('DELETE FROM data_key');
  await client.query('DELETE FROM tenant');
}

async function requireIdle(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ workers: number; sessions: number }>(
    `SELECT (SELECT count(*)::int FROM worker WHERE lease_until > now()) AS workers,
       (SELECT count(*)::int FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'bulkhead%'
          AND pid <> pg_backend_pid()) AS sessions`,
  );
  const { workers = 0, sessions = 0 } = rows[0] ?? {};
  if (workers > 0) throw databaseInUse('a worker holds a lease');
  if (sessions > 0) throw databaseInUse(`it has ${sessions} of its connections`);
}
