import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../../contract/errors.ts';
import { waitForAnswer } from './adopt-server.ts';
import { passwordLost, readPassword } from './database-password.ts';
import { explainSystemError } from './explain-failure.ts';
import { databaseUrl } from './owner-connection.ts';
import { findRunningServer, type RunningServer } from './running-server.ts';

/** How long a tool waits for a server that is just starting. Milliseconds. */
const patience = 10_000;

/**
 * Joins the embedded PostgreSQL that another process supervises, as the command line tools do. Takes no
 * lock, starts nothing, and writes nothing.
 *
 * @param options.home The data folder, such as `.bulkhead`.
 * @returns the address of the application's database, with its owner's password.
 * @throws BulkheadError `no_running_server`, `database_password_lost`, `home_not_accessible`,
 *   `database_did_not_start`
 * @example
 * const { url } = await joinEmbeddedPostgres({ home: '.bulkhead' });
 */
export async function joinEmbeddedPostgres(options: { home: string }): Promise<{ url: string }> {
  try {
    const found = await find(options.home);
    if (found === undefined) throw noRunningServer(options.home);
    const password = await readPassword(found.home);
    if (password === undefined) throw passwordLost(found.home);
    const answering = await waitForAnswer(found.server, found, password, patience);
    if (answering === undefined) throw noRunningServer(options.home);
    return { url: databaseUrl(answering.server.port, password) };
  } catch (error) {
    throw explainSystemError(error, options.home);
  }
}

async function find(
  folder: string,
): Promise<{ home: string; data: string; server: RunningServer } | undefined> {
  try {
    const home = await realpath(folder);
    const data = await realpath(join(home, 'postgres', 'data'));
    const server = await findRunningServer(data);
    return server && { home, data, server };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function noRunningServer(home: string): BulkheadError {
  return new BulkheadError({
    code: 'no_running_server',
    message:
      `No database server runs for ${home}. Start one with \`bulkhead dev\`, ` +
      'or set DATABASE_URL to the server that you use.',
    status: 503,
    retryable: true,
  });
}
