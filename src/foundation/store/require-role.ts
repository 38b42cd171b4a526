import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';

/** Which wall the connection stands behind: the API sees one tenant a transaction, the worker all. */
export type DatabaseRole = 'bulkhead_api' | 'bulkhead_worker';

/**
 * Refuses a connection that still has its login's rights: a pooler that drops startup options says nothing of it,
 * and there would be no wall between tenants.
 *
 * @throws BulkheadError `database_role_missing`
 */
export async function requireRole(client: pg.ClientBase, role: DatabaseRole): Promise<void> {
  const { rows } = await client.query<{ role: string }>('SELECT current_user AS role');
  const actual = rows[0]?.role;
  if (actual === role) return;
  throw new BulkheadError({
    code: 'database_role_missing',
    message: `The connection to the database acts as ${actual}, not as ${role}, so nothing is done over it. Something between here and PostgreSQL drops startup options, as PgBouncer does with ignore_startup_parameters=options: give DATABASE_URL the address of PostgreSQL itself, or a pooler that passes startup options and keeps one session a connection.`,
    status: 503,
    retryable: true,
  });
}
