import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../../../contract/errors.ts';
import { identifyProcess } from '../process-identity.ts';
import { removeEmbeddedPostgres } from './remove-embedded-postgres.ts';

/** A data folder for one test, or for one run of tests. */
export type TemporaryHome = { home: string; remove(): Promise<void> };

const prefix = 'bulkhead-embedded-';
const ownName = new RegExp(`^${prefix}(\\d+)-`);

/**
 * Chooses a data folder that does not exist yet, in a new folder that is named by our process. Under root
 * others may pass through that, so that the database stays inside; the mode 0o700 closes it.
 */
export async function makeTemporaryHome(parent: string, mode = 0o711): Promise<TemporaryHome> {
  const folder = await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  await chmod(folder, mode);
  return { home: join(folder, 'home'), remove: () => remove(folder) };
}

/** Deletes the data folders, and ends the servers, of processes that were killed. */
export async function removeLeftOverHomes(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(ownName.exec(name)?.[1]);
    if (Number.isNaN(pid) || identifyProcess(pid) !== undefined) continue;
    await remove(join(parent, name)).catch((error: unknown) => {
      // It belongs to another user, or another run is just removing it.
      if (!BulkheadError.isInstance(error)) throw error;
    });
  }
}

async function remove(folder: string): Promise<void> {
  await removeEmbeddedPostgres({ home: join(folder, 'home') });
  await rm(folder, { recursive: true, force: true });
}
