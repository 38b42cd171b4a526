import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import { passwordLost } from './database-password.ts';
import { databaseUrl, withConnection } from './owner-connection.ts';
import { identifyProcess, isSameProcessAlive } from './process-identity.ts';
import { findRunningServer, type RunningServer, readServerNotice } from './running-server.ts';

/** How long a living server may take until it answers: it may be recovering, or stopping. Milliseconds. */
const patience = 120_000;

/** A server that answered us, and whether it was started with full durability. */
export type AnsweringServer = { server: RunningServer; isDurable: boolean };

/**
 * Finds the server that an earlier supervisor left running on a data folder, and makes sure that it is
 * ours: a PostgreSQL process on this very folder that accepts our password. A notice that names a
 * stranger's process is removed, because PostgreSQL would refuse to start on it; the stranger is left alone.
 *
 * @param place Real paths of the home and of its database's folder.
 * @returns undefined when no server runs there.
 * @throws BulkheadError `database_password_lost`, `database_did_not_start`
 * @example
 * const answering = await adoptServer({ home, data }, password);
 */
export async function adoptServer(
  place: { home: string; data: string },
  password: string | undefined,
): Promise<AnsweringServer | undefined> {
  const server = await findRunningServer(place.data);
  if (server === undefined) {
    await removeStrangersNotice(place.data);
    return undefined;
  }
  if (password === undefined) throw passwordLost(place.home);
  return waitForAnswer(server, place, password);
}

/**
 * Waits until a server answers on its own port with its own data folder.
 *
 * @param limit Milliseconds.
 * @returns undefined when it ended meanwhile.
 * @throws BulkheadError `database_password_lost`, `database_did_not_start`
 * @example
 * const answering = await waitForAnswer(server, { home, data }, password);
 */
export async function waitForAnswer(
  server: RunningServer,
  place: { home: string; data: string },
  password: string,
  limit = patience,
): Promise<AnsweringServer | undefined> {
  const deadline = performance.now() + limit;
  let reason = '';
  while (isSameProcessAlive(server)) {
    try {
      const answer = await ask(databaseUrl(server.port, password, 'postgres'));
      if (answer.data === place.data) return { server, isDurable: answer.isDurable };
      throw didNotAnswer(server, `port ${server.port} is served by another server`);
    } catch (error) {
      if (!(error instanceof Error) || BulkheadError.isInstance(error)) throw error;
      // 28P01 is PostgreSQL's code for a wrong password; all others may pass with time.
      if (error instanceof pg.DatabaseError && error.code === '28P01') throw passwordLost(place.home);
      reason = error.message;
    }
    if (performance.now() > deadline) throw didNotAnswer(server, reason);
    await sleep(20);
  }
  return undefined;
}

async function ask(url: string): Promise<{ data: string; isDurable: boolean }> {
  return withConnection(url, async (client) => {
    const { rows } = await client.query<{ data: string; fsync: string }>(
      `SELECT current_setting('data_directory') AS data, current_setting('fsync') AS fsync`,
    );
    const [row] = rows;
    return { data: row?.data ?? '', isDurable: row?.fsync === 'on' };
  });
}

async function removeStrangersNotice(data: string): Promise<void> {
  const notice = await readServerNotice(data);
  // The notice of a dead process is left to PostgreSQL, which also checks what that process left behind.
  if (notice !== undefined && identifyProcess(notice.pid) !== undefined) {
    await rm(join(data, 'postmaster.pid'), { force: true });
  }
}

function didNotAnswer(server: RunningServer, reason: string): BulkheadError {
  return new BulkheadError({
    code: 'database_did_not_start',
    message:
      `The database server that runs already (process ${server.pid}) does not answer: ${reason}. ` +
      `Stop it (kill -INT ${server.pid}) and start again.`,
    status: 500,
    retryable: true,
    details: { pid: server.pid },
  });
}
