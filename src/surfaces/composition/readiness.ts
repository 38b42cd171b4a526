import { ping, type Store } from '../../foundation/store/index.ts';
import type { Readiness } from '../api/index.ts';
import type { StartedWorker } from './start-worker.ts';

/** What `/readyz` answers: whether runs can be accepted and executed, and what is not as it should be. */
export async function readiness(store: Store, own: StartedWorker | undefined): Promise<Readiness> {
  const database = await ping(store).then(
    () => ({ ok: true }),
    // Anybody may ask: where the database stands is not for them.
    () => ({ ok: false, detail: 'The database cannot be reached.' }),
  );
  const alive = database.ok && (own?.ready === true || (await anyWorker(store).catch(() => false)));
  return {
    ready: database.ok && alive,
    checks: {
      database,
      worker: alive
        ? { ok: true }
        : { ok: false, detail: 'No worker holds a lease. Start one with `bulkhead worker`.' },
    },
    warnings: [
      'Author code can open network connections of its own: the code host walls off files, processes and keys, not yet the network.',
    ],
  };
}

async function anyWorker(store: Store): Promise<boolean> {
  const { rows } = await store.pool.query('SELECT 1 FROM worker WHERE lease_until > now() LIMIT 1');
  return rows.length > 0;
}
