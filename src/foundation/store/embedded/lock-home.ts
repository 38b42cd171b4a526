import { randomBytes, randomInt } from 'node:crypto';
import { access, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BulkheadError } from '../../../contract/errors.ts';
import { createFolder } from './create-folder.ts';
import { identifyProcess, isSameProcessAlive } from './process-identity.ts';

/** The right to start and to stop what runs in a data folder. */
export type HomeLock = {
  /** False once the folder, and the lock with it, was deleted under its holder. */
  isHeld(): Promise<boolean>;
  /** Gives the folder free. Calling it again does nothing. */
  release(): Promise<void>;
};

type Rival = { pid: number; holds: boolean };

const maximumAttempts = 20;
const claimName = /^(\d+)_([A-Za-z0-9-]+)_[0-9a-f]+$/;

/**
 * Takes the exclusive right to supervise a data folder; creates the folder if need be.
 *
 * Each contender first writes a claim of its own, named by its process, then looks at the claims of
 * others: of two contenders the later one always sees the earlier, so that two can never both hold
 * the lock, and no claim is ever overwritten. A claim of a process that is gone (or whose number was
 * reused since) counts for nothing and is swept.
 *
 * @throws BulkheadError `home_in_use` when another living process holds it.
 * @example
 * const lock = await lockHome('.bulkhead');
 * try {
 *   // nobody else starts or stops the servers of this folder
 * } finally {
 *   await lock.release();
 * }
 */
export async function lockHome(home: string): Promise<HomeLock> {
  const self = identifyProcess(process.pid);
  if (self === undefined) throw new Error('The start of this very process cannot be read');
  const folder = join(home, 'supervisor');
  // Under root others may pass through the home, without seeing what is in it: the database is in there.
  await createFolder(home, process.getuid?.() === 0 ? 0o711 : 0o700);
  await createFolder(folder, 0o700);

  let rival: number | undefined;
  for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
    const claim = join(folder, `${self.pid}_${self.started}_${randomBytes(8).toString('hex')}`);
    const rivals = await contend(folder, claim).catch(async (error: unknown) => {
      // On a full disk the claim may be there already: it would shut ourselves out the next time.
      await rm(claim, { force: true });
      throw error;
    });
    if (rivals.length === 0) {
      return {
        isHeld: () => isThere(claim),
        release: () => rm(claim, { force: true }),
      };
    }
    await rm(claim, { force: true });
    const holder = rivals.find((each) => each.holds);
    rival = (holder ?? rivals[0])?.pid;
    if (holder !== undefined) break;
    // Two contenders met: both step back, and come again at different times.
    await sleep(randomInt(5, 50));
  }
  throw new BulkheadError({
    code: 'home_in_use',
    message:
      `${await realpath(home)} is in use by process ${rival}. ` +
      `Stop that process (kill ${rival}), or choose another data folder for this one.`,
    status: 409,
    retryable: true,
    details: { pid: rival },
  });
}

/** Claims the folder, and holds it when nobody else claims it. Returns who does. */
async function contend(folder: string, claim: string): Promise<Rival[]> {
  await writeFile(claim, '', { flag: 'wx', mode: 0o600 });
  const rivals = await livingRivals(folder, claim);
  if (rivals.length === 0) await writeFile(claim, 'held');
  return rivals;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function livingRivals(folder: string, own: string): Promise<Rival[]> {
  const rivals: Rival[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const [, pid, started] = claimName.exec(name) ?? [];
    if (path === own || pid === undefined || started === undefined) continue;
    if (!isSameProcessAlive({ pid: Number(pid), started })) {
      await rm(path, { force: true });
      continue;
    }
    const content = await readFile(path, 'utf8').catch(() => undefined);
    if (content !== undefined) rivals.push({ pid: Number(pid), holds: content !== '' });
  }
  return rivals;
}
