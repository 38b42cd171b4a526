import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { BulkheadError } from '../../contract/errors.ts';
import {
  type ArchiveSummary,
  checkArchive,
  type ExportSummary,
  exportArchive,
  type ImportSummary,
  importArchive,
  openForImport,
} from '../../foundation/archive/index.ts';
import { knownSchema, migrate } from '../../foundation/store/migrate.ts';
import { loadMasterKey } from '../../foundation/vault/index.ts';
import type { InstallationOptions } from './manage-keys.ts';
import { migrations, type OpenDatabase, openDatabase } from './open-database.ts';

/**
 * Writes all that an installation holds into a stream. Its embedded database is joined where it runs, else
 * started for as long as this takes.
 *
 * @throws BulkheadError as `exportArchive`, and `missing_master_key`, `no_installation`, …
 */
export async function exportInstallation(
  installation: InstallationOptions,
  to: { stream: Writable; gzip: boolean },
): Promise<ExportSummary> {
  const schema = await knownSchema(migrations);
  const database = await openExisting(installation);
  try {
    const masterKey = await loadMasterKey(installation);
    return await exportArchive({
      url: database.url,
      masterKey,
      schema,
      to: to.stream,
      gzip: to.gzip,
    });
  } finally {
    await database.stop();
  }
}

/**
 * Brings an archive into an installation without data: into the database of `DATABASE_URL`, or into an
 * embedded one, which is made if need be. What is wrong with the file's beginning is told before that.
 *
 * @throws BulkheadError as `openForImport` and `importArchive`, and `missing_master_key`, `home_in_use`, …
 */
export async function importInstallation(
  installation: InstallationOptions,
  from: Readable,
): Promise<ImportSummary> {
  const masterKey = await loadMasterKey(installation).catch((error: unknown) => {
    throw BulkheadError.isInstance(error) && error.code === 'missing_master_key'
      ? missingMasterKey(installation.home)
      : error;
  });
  const archive = await openForImport(from, { schema: await knownSchema(migrations), masterKey });
  const database = await openDatabase({ ...installation, supervise: true, log: () => {} });
  try {
    await migrate(database.url, { directory: migrations });
    return await importArchive({ url: database.url, archive, masterKey });
  } finally {
    await database.stop();
  }
}

/** Verifies an archive without any database; its master key is compared where there is one. */
export async function checkInstallationFile(
  installation: InstallationOptions,
  from: Readable,
): Promise<ArchiveSummary & { masterKeyCompared: boolean }> {
  const masterKey = await loadMasterKey(installation).catch((error: unknown) => {
    if (BulkheadError.isInstance(error) && error.code === 'missing_master_key') return undefined;
    throw error;
  });
  const summary = await checkArchive(from, { schema: await knownSchema(migrations), masterKey });
  return { ...summary, masterKeyCompared: masterKey !== undefined };
}

async function openExisting(installation: InstallationOptions): Promise<OpenDatabase> {
  const options = { ...installation, log: () => {} };
  try {
    return await openDatabase({ ...options, supervise: false });
  } catch (error) {
    if (!BulkheadError.isInstance(error) || error.code !== 'no_running_server') throw error;
    const data = join(installation.home, 'postgres', 'data');
    const isThere = await stat(data).then(
      () => true,
      () => false,
    );
    if (!isThere) throw noData(installation.home);
    return openDatabase({ ...options, supervise: true });
  }
}

function noData(home: string): BulkheadError {
  return new BulkheadError({
    code: 'no_installation',
    message: `${home} has no database, so there is nothing to export. Set BULKHEAD_HOME to the data folder of the installation, or DATABASE_URL to its server.`,
    status: 404,
  });
}

function missingMasterKey(home: string): BulkheadError {
  return new BulkheadError({
    code: 'missing_master_key',
    message: `There is no master key to import with. Bring the master.key of the installation that was exported to ${join(home, 'master.key')}, or set BULKHEAD_MASTER_KEY to its content.`,
  });
}
