import pg from 'pg';

/** The role that owns the embedded server and its databases. */
export const databaseOwner = 'bulkhead';

/** The database that is created for the application. */
export const databaseName = 'bulkhead';

/**
 * The address of a database on the embedded server, as every PostgreSQL client takes it.
 *
 * @example
 * databaseUrl(24017, 'a1b2'); // 'postgres://bulkhead:a1b2@127.0.0.1:24017/bulkhead'
 */
export function databaseUrl(port: number, password: string, database = databaseName): string {
  return `postgres://${databaseOwner}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/**
 * Runs some statements on a connection of their own.
 *
 * @example
 * await withConnection(url, (client) => client.query('SELECT 1'));
 */
export async function withConnection<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // A connection that breaks between two statements fails the next one; here it must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
