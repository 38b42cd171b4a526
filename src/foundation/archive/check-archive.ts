import { proveMasterKey } from '../vault/index.ts';
import { archiveOfAnotherMasterKey } from './archive-failure.ts';
import { type ArchiveReader, openArchive } from './archive-reader.ts';
import type { ArchiveSummary } from './format.ts';
import { checkContents } from './parse-header.ts';

/**
 * Opens an archive that is to be imported: refuses what is newer than this version, or sealed under another
 * master key, before a database is so much as looked for.
 *
 * @param options.schema the number of the schema that the code knows
 * @param options.masterKey undefined where only the file itself is to be checked
 * @throws BulkheadError `archive_other_master_key`, `archive_too_new`, `archive_broken`, `archive_truncated`
 * @example
 * const archive = await openForImport(createReadStream('day.jsonl'), { schema: 5, masterKey });
 */
export async function openForImport(
  source: AsyncIterable<Uint8Array>,
  options: { schema: number; masterKey: Uint8Array | undefined },
): Promise<ArchiveReader> {
  const archive = await openArchive(source);
  checkContents(archive.header, options.schema);
  const { masterKey } = options;
  if (masterKey !== undefined && !proveMasterKey(masterKey, archive.header.masterKey))
    throw archiveOfAnotherMasterKey();
  return archive;
}

/**
 * Reads an archive to its end without a database: every frame is hashed again, every chain, every count and
 * the hash of the whole are compared.
 *
 * @throws BulkheadError `journal_broken` and those of {@link openForImport}
 */
export async function checkArchive(
  source: AsyncIterable<Uint8Array>,
  options: { schema: number; masterKey: Uint8Array | undefined },
): Promise<ArchiveSummary> {
  const archive = await openForImport(source, options);
  for await (const { row } of archive.rows()) void row;
  return archive.summary();
}
