import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../../contract/errors.ts';
import { type Binaries, findBinaries, majorOfBinaries } from './find-binaries.ts';
import type { Cluster } from './locate-cluster.ts';
import { canReach } from './server-user.ts';
import { areBinariesComplete, stageBinaries } from './stage-binaries.ts';

/**
 * Hands out programs that the account of the server can run and that fit the data on disk.
 *
 * @throws BulkheadError `unsupported_platform`, `database_wrong_major`
 * @example
 * const binaries = await prepareBinaries(cluster);
 */
export async function prepareBinaries(cluster: Cluster): Promise<Binaries> {
  const installed = await findBinaries();
  const isUsable =
    (await areBinariesComplete(installed)) &&
    (cluster.user === undefined || (await canReach(installed.folder, cluster.user)));
  const binaries = isUsable ? installed : await stageBinaries(installed, cluster.root);

  const major = await majorOfBinaries(binaries);
  const stored = await majorOfData(cluster.data);
  if (stored !== undefined && stored !== major) {
    throw new BulkheadError({
      code: 'database_wrong_major',
      message:
        `The database of ${cluster.home} was written by PostgreSQL ${stored}, and this version of Bulkhead brings ` +
        `PostgreSQL ${major}. Nothing was changed; take the data along in three steps: with the version of Bulkhead ` +
        `that wrote it, \`BULKHEAD_HOME=${cluster.home} bulkhead export bulkhead.jsonl.gz\`; then ` +
        `\`mv ${join(cluster.home, 'postgres')} ${join(cluster.home, `postgres-${stored}`)}\`; then with this one ` +
        `\`BULKHEAD_HOME=${cluster.home} bulkhead import bulkhead.jsonl.gz\`. To another server, set DATABASE_URL ` +
        'for the last step.',
      status: 500,
      details: { stored, installed: major },
    });
  }
  return binaries;
}

/**
 * The major version that wrote a data folder.
 *
 * @returns undefined when nothing was written there yet.
 * @example
 * await majorOfData('.bulkhead/postgres/data'); // 18
 */
export async function majorOfData(data: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(data, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
