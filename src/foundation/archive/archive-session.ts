import pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { databaseUnreachable, isConnectionLost } from '../store/index.ts';

/** Values come and go as text: these settings decide how PostgreSQL writes and reads it. */
const TEXT_FORM = `SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'iso_8601';
  SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL lock_timeout = 0;
  -- Where a policy would hide rows, an error: an archive is whole or it is none.
  SET LOCAL row_security = off;`;

/**
 * One transaction as the database's owner, kept only when `work` succeeds.
 *
 * @param begin the statement that begins it
 * @throws BulkheadError `database_unreachable`, `not_the_owner`
 */
export async function inArchiveTransaction<Result>(
  url: string,
  begin: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'bulkhead archive',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(begin);
    await client.query(TEXT_FORM);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw explained(error);
  } finally {
    await client.end().catch(() => {});
  }
}

function explained(error: unknown): unknown {
  if (isConnectionLost(error)) return databaseUnreachable(error);
  // 42501: insufficient privilege, also where a policy would hide rows.
  if (!(error instanceof pg.DatabaseError) || error.code !== '42501') return error;
  return new BulkheadError({
    code: 'not_the_owner',
    message: `The login of DATABASE_URL may not read and write everything (${error.message}). Use the login that owns the database, as the server does that brings its schema forward.`,
    status: 403,
    cause: error,
  });
}
