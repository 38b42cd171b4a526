import pg from 'pg';
import { KeyRing } from '../vault/index.ts';
import type { ArchiveReader } from './archive-reader.ts';
import { inArchiveTransaction } from './archive-session.ts';
import type { ArchivedRow, ArchiveSummary } from './format.ts';
import { RowInserter } from './insert-rows.ts';
import { requireEmpty } from './require-empty.ts';
import { isStandingPartition, restorePartition } from './restore-partitions.ts';
import { readShapes } from './table-shape.ts';

/** What was imported, and how many runs had been running: any worker takes them up again. */
export type ImportSummary = ArchiveSummary & { resumed: number };

/**
 * Brings an archive into an empty, migrated database, in one transaction: whatever fails, and if the process
 * is killed, nothing is kept. Frames, chains, counts and the hash of the whole are checked before the end.
 *
 * Runs that were running are queued again, without an owner; the epochs of new workers lie above all that
 * the archive knows, so that no frame of an earlier owner stands in their way.
 *
 * @param options.url the database, in its owner's rights, with the schema of the code
 * @param options.archive as `openForImport` gives it
 * @throws BulkheadError `database_not_empty`, `database_in_use`, `seal_broken`, `journal_broken`,
 *   `archive_broken`, `archive_truncated`, `database_unreachable`
 * @example
 * const archive = await openForImport(createReadStream('day.jsonl.gz'), { schema: 5, masterKey });
 * await importArchive({ url, archive, masterKey });
 */
export async function importArchive(options: {
  url: string;
  archive: ArchiveReader;
  masterKey: Uint8Array;
}): Promise<ImportSummary> {
  const { archive } = options;
  const nothing = async () => undefined;
  const keys = new KeyRing(options.masterKey, { ofTenant: nothing, ofStream: nothing });
  const summary = await inArchiveTransaction(options.url, 'BEGIN', async (client) => {
    const shapes = await readShapes(client);
    await requireEmpty(client, shapes);
    const inserter = new RowInserter(client, shapes, archive.header.tables);
    let resumed = 0;
    for await (const { table, row } of archive.rows()) {
      if (table === 'tenant')
        keys.proveTenantKey(String(row.id), Buffer.from(String(row.wrapped_key), 'base64'));
      if (table === 'run' && isRunning(row)) {
        release(row);
        resumed += 1;
      }
      if (isStandingPartition(table, row)) {
        await inserter.flush();
        await restorePartition(client, row);
      } else await inserter.add(table, row);
    }
    await inserter.flush();
    await raiseSequences(client, archive);
    return { ...archive.summary(), resumed };
  });
  await analyse(options.url, Object.keys(summary.counts));
  return summary;
}

const isRunning = (row: ArchivedRow) => row.status === 'running';

/** Its owner is a process of another database. */
function release(row: ArchivedRow): void {
  row.status = 'queued';
  row.worker = null;
  row.epoch = null;
}

/** A sequence is no part of the transaction: raised for an import that fails, it only skips some numbers. */
async function raiseSequences(client: pg.ClientBase, archive: ArchiveReader): Promise<void> {
  const epoch = archive.highestEpoch();
  for (const [name, last] of Object.entries(archive.header.sequences)) {
    const known = BigInt(last);
    const least = name === 'worker_epoch' && epoch > known ? epoch : known;
    await client.query(
      `SELECT setval($1::regclass, greatest(last_value, $2::bigint)) FROM ${pg.escapeIdentifier(name)}`,
      [name, String(least)],
    );
  }
}

/** The first questions should not be planned for the empty tables that were. */
async function analyse(url: string, tables: readonly string[]): Promise<void> {
  await inArchiveTransaction(url, 'BEGIN', async (client) => {
    for (const table of tables) await client.query(`ANALYZE ${pg.escapeIdentifier(table)}`);
  }).catch(() => {
    // Autovacuum does the same within a minute or so.
  });
}
