import { type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { databaseUnreachable, isUnanswered } from './database-error.ts';
import { type DatabaseRole, requireRole } from './require-role.ts';
import type { Database } from './schema.ts';
import { withStartupOptions } from './startup-options.ts';

export type Store = {
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
  close(): Promise<void>;
};

export type OpenStoreOptions = {
  url: string;
  role: DatabaseRole;
  /** Connections at most. Default 10. */
  connections?: number;
  /** The number of the schema that the code knows: a worker's lease tells it to whoever migrates. */
  schema?: number;
};

/**
 * Each statement finds its rows by an index. One that was planned while its tables were almost empty would read them
 * from end to end, and would keep that plan until they are analysed: a young installation that is busy at once would
 * slow down with each run. A scan that nothing can take the place of is planned all the same, at a price at which the
 * server would compile it, which takes longer than the scan.
 */
const BY_INDEX = '-c enable_seqscan=off -c jit=off';

/**
 * Opens a pool whose every connection has given up the login's own rights for those of `role`: one that has not is
 * refused, with `database_role_missing`, before anything is asked over it.
 *
 * @example
 * const store = openStore({ url: process.env.DATABASE_URL, role: 'bulkhead_worker' });
 * await store.db.selectFrom('run').select('id').execute();
 * await store.close();
 */
export function openStore({ url, role, connections = 10, schema = 0 }: OpenStoreOptions): Store {
  const pool = new pg.Pool({
    ...withStartupOptions(url, `-c role=${role} -c bulkhead.schema=${schema} ${BY_INDEX}`),
    max: connections,
    verify: (client, done) => void requireRole(client, role).then(() => done(), done),
    application_name: 'bulkhead',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // A pool without this listener ends the process when an idle connection is cut.
  pool.on('error', () => {});
  // So does a client that is cut while it is lent, between two statements of a transaction.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return {
    pool,
    db,
    async close() {
      await db.destroy();
      // Kysely leaves a pool open that it was never asked to query.
      if (!pool.ending) await pool.end();
    },
  };
}

/**
 * A transaction that sees and writes one tenant's rows only (row-level security).
 *
 * @throws BulkheadError `database_unreachable` when there is no connection to be had, or no answer;
 *   `database_role_missing`
 */
export async function inTenant<Result>(
  store: Store,
  tenant: string,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await store.pool.connect().catch((error: unknown) => {
    throw BulkheadError.isInstance(error) ? error : databaseUnreachable(error);
  });
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    await client.query("SELECT set_config('bulkhead.tenant', $1, true)", [tenant]);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw isUnanswered(error) ? databaseUnreachable(error) : error;
  } finally {
    client.release(broken);
  }
}

/** Runs a Kysely query inside a transaction of {@link inTenant}. */
export async function execute<Row>(
  client: pg.PoolClient,
  query: { compile(): CompiledQuery<Row> },
): Promise<Row[]> {
  const { sql: text, parameters } = query.compile();
  return (await client.query(text, [...parameters])).rows as Row[];
}

/** Answers when the database does. */
export async function ping(store: Store): Promise<void> {
  await sql`SELECT 1`.execute(store.db).catch((error: unknown) => {
    throw BulkheadError.isInstance(error) ? error : databaseUnreachable(error);
  });
}
