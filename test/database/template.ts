import pg from 'pg';
import { migrate } from '../../src/foundation/store/migrate.ts';
import { withConnection, withDatabase } from './connection.ts';
import { isLeftOver, runPrefix, uniqueName } from './database-name.ts';

/** What test files need to make databases of their own. */
export type TestServer = {
  /** Address of the server, with the right to create databases. */
  url: string;
  /** The database with all migrations that is copied for each test file. */
  template: string;
  /** What the names of this run's databases begin with. */
  run: string;
};

const migrations = new URL('../../src/foundation/store/migrations', import.meta.url).pathname;

/** Makes the template of a run, and drops the databases that runs before it have left on the server. */
export async function makeTemplate(url: string): Promise<TestServer> {
  const run = runPrefix({ now: Date.now(), pid: process.pid });
  const template = uniqueName(run);
  await withConnection(url, async (client) => {
    // Roles belong to the whole server: two runs must not create them in the same moment.
    await client.query(`SELECT pg_advisory_lock(hashtextextended('bulkhead test template', 0))`);
    await dropLeftOvers(client);
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(template)}`);
    await migrate(withDatabase(url, template), { directory: migrations });
    // Nobody may be connected to a database that is copied.
    await client.query(`ALTER DATABASE ${pg.escapeIdentifier(template)} ALLOW_CONNECTIONS false`);
  });
  return { url, template, run };
}

/** Drops everything that a run has made, also databases that a test file forgot. */
export async function dropRun({ url, run }: TestServer): Promise<void> {
  await withConnection(url, (client) => dropWhere(client, (name) => name.startsWith(`${run}_`)));
}

function dropLeftOvers(client: pg.Client): Promise<void> {
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  };
  return dropWhere(client, (name) => isLeftOver(name, { now: Date.now(), isAlive }));
}

async function dropWhere(client: pg.Client, isUnwanted: (name: string) => boolean): Promise<void> {
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
  for (const { datname } of rows) {
    if (!isUnwanted(datname)) continue;
    await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
  }
}
