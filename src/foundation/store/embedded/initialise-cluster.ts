import { execFile } from 'node:child_process';
import { chown, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { explainOutput } from './explain-failure.ts';
import type { Binaries } from './find-binaries.ts';
import type { Cluster } from './locate-cluster.ts';
import { databaseOwner } from './owner-connection.ts';
import { type Durability, serverEnvironment } from './server-settings.ts';

/**
 * Creates the database's folder. It gets its name only when it is whole, so that a start which was
 * interrupted leaves nothing half made behind.
 *
 * The text of the database is UTF-8 and sorted by code point (PostgreSQL's builtin C.UTF-8), whatever
 * the machine's own locale may be: the same data sorts alike everywhere.
 *
 * @throws BulkheadError `disk_full`, `database_did_not_start`
 * @example
 * await initialiseCluster(cluster, binaries, { password, durability: 'full' });
 */
export async function initialiseCluster(
  cluster: Cluster,
  binaries: Binaries,
  options: { password: string; durability: Durability },
): Promise<void> {
  const unfinished = join(cluster.root, 'data.unfinished');
  const passwordFile = join(cluster.root, 'password.unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600, flag: 'wx' });
  if (cluster.user !== undefined) {
    await chown(unfinished, cluster.user.uid, cluster.user.gid);
    await chown(passwordFile, cluster.user.uid, cluster.user.gid);
  }
  try {
    await promisify(execFile)(
      join(binaries.folder, 'bin', 'initdb'),
      [
        `--pgdata=${unfinished}`,
        `--username=${databaseOwner}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(options.durability === 'off' ? ['--no-sync'] : []),
      ],
      { cwd: cluster.root, env: serverEnvironment, ...cluster.user },
    );
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (
      error instanceof Error &&
      'stderr' in error &&
      typeof error.stderr === 'string' &&
      error.stderr !== ''
    ) {
      throw explainOutput(error.stderr, cluster.home);
    }
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, cluster.data);
  await syncFolder(cluster.root);
}

/** Without this a power cut could undo the new name, and with it everything written since. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
