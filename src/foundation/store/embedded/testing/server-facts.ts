import { join } from 'node:path';
import { withConnection } from '../owner-connection.ts';
import { findRunningServer, type RunningServer } from '../running-server.ts';

/** The server of a data folder; the test fails when none runs. */
export async function runningServer(home: string): Promise<RunningServer> {
  const server = await findRunningServer(join(home, 'postgres', 'data'));
  if (server === undefined) throw new Error('no server runs');
  return server;
}

/** Commits one number, to be found again by {@link readNumber}. */
export async function writeNumber(url: string, value: number): Promise<void> {
  await withConnection(url, async (client) => {
    await client.query('DROP TABLE IF EXISTS note');
    await client.query(`CREATE TABLE note AS SELECT ${value}::int AS value`);
  });
}

/** Reads the number that {@link writeNumber} committed. */
export async function readNumber(url: string): Promise<number> {
  return withConnection(url, async (client) => (await client.query('SELECT value FROM note')).rows[0].value);
}
