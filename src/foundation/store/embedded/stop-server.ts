import { setTimeout as sleep } from 'node:timers/promises';
import { BulkheadError } from '../../../contract/errors.ts';
import { isSameProcessAlive, type ProcessIdentity } from './process-identity.ts';

/**
 * Stops a server: fast shutdown (open transactions are rolled back, then a clean end); if that has not
 * ended after 10 s, immediate shutdown (the next start recovers from the log). No data is lost either way.
 *
 * @param patience How long one way of shutdown may take. Milliseconds.
 * @throws BulkheadError `database_did_not_stop`
 * @example
 * await stopServer({ pid: 4711, started: '5f3a9c01-81234' });
 */
export async function stopServer(server: ProcessIdentity, patience = 10_000): Promise<void> {
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one; SIGKILL would leave its shared memory.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isSameProcessAlive(server)) return;
    try {
      process.kill(server.pid, signal);
    } catch (error) {
      if (isSameProcessAlive(server)) throw error;
    }
    if (await hasEnded(server, patience)) return;
  }
  throw new BulkheadError({
    code: 'database_did_not_stop',
    message: `The database server (process ${server.pid}) does not stop. Look into postgres.log for what holds it.`,
    status: 500,
    details: { pid: server.pid },
  });
}

async function hasEnded(identity: ProcessIdentity, limit: number): Promise<boolean> {
  const deadline = performance.now() + limit;
  while (isSameProcessAlive(identity)) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}
