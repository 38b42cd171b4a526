import { createHash } from 'node:crypto';
import { archiveBroken, archiveTruncated } from './archive-failure.ts';
import { ChainCheck } from './chain-check.ts';
import { decompress } from './decompress.ts';
import type { ArchivedRow, ArchiveHeader, ArchiveSummary, ArchiveTrailer } from './format.ts';
import { parseHeader } from './parse-header.ts';
import { readLines } from './read-lines.ts';

/** An archive whose first line was read, and the rest of it. */
export type ArchiveReader = {
  readonly header: ArchiveHeader;
  /**
   * Every row in its order, once. Counts, chains and the hash of the whole are checked on the way: what was
   * read is to be kept only if the end was reached without an error.
   *
   * @throws BulkheadError `archive_broken`, `archive_truncated`, `journal_broken`
   */
  rows(): AsyncGenerator<{ table: string; row: ArchivedRow }>;
  /** Once all rows were read. */
  summary(): ArchiveSummary;
  /** The highest epoch of any frame that was read. */
  highestEpoch(): bigint;
};

/**
 * Opens an archive, compressed or not, and reads its first line.
 *
 * @throws BulkheadError `archive_broken`, `archive_truncated`, `archive_too_new`
 * @example
 * const archive = await openArchive(createReadStream('bulkhead.jsonl.gz'));
 * for await (const { table, row } of archive.rows()) console.log(table, row);
 */
export async function openArchive(source: AsyncIterable<Uint8Array>): Promise<ArchiveReader> {
  const lines = readLines(decompress(source));
  const hash = createHash('sha256');
  const first = await lines.next();
  if (first.done === true) throw archiveTruncated();
  hash.update(first.value).update('\n');
  const header = parseHeader(first.value);
  const order = Object.keys(header.tables);
  const counts: Record<string, number> = Object.fromEntries(order.map((table) => [table, 0]));
  const chains = new ChainCheck();
  let sha256: string | undefined;

  async function* rows() {
    let place = 0;
    for await (const line of lines) {
      if (sha256 !== undefined) throw archiveBroken('something follows its last line');
      const read = parse(line);
      // Half a line is what remains at the end of a file that was cut short; in the middle it is damage.
      if (read === undefined) {
        throw (await lines.next()).done ? archiveTruncated() : archiveBroken('a line of it is no JSON');
      }
      if ('end' in read) {
        sha256 = hash.digest('hex');
        compare(read, counts, sha256);
        continue;
      }
      const { table, row } = read;
      const at = order.indexOf(table);
      if (at < place) throw archiveBroken(`a row of "${table}" stands where it does not belong`);
      place = at;
      hash.update(line).update('\n');
      counts[table] = (counts[table] ?? 0) + 1;
      if (table === 'frame') chains.add(row);
      yield { table, row };
    }
    if (sha256 === undefined) throw archiveTruncated();
  }

  return {
    header,
    rows,
    summary() {
      if (sha256 === undefined) throw archiveTruncated();
      return { schema: header.schema, exportedAt: header.exportedAt, counts, sha256 };
    },
    highestEpoch: () => chains.highestEpoch,
  };
}

type Line = { table: string; row: ArchivedRow } | ArchiveTrailer;

function parse(line: Buffer): Line | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line.toString());
  } catch {
    return undefined;
  }
  const isRow = isObject(read) && 'table' in read && 'row' in read && isObject(read.row);
  const isTrailer = isObject(read) && 'end' in read && 'counts' in read && isObject(read.counts);
  if (isRow || isTrailer) return read as Line;
  throw archiveBroken('a line of it is neither a row nor an end');
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function compare(trailer: ArchiveTrailer, counts: Record<string, number>, sha256: string): void {
  for (const [table, count] of Object.entries(counts)) {
    const expected = trailer.counts[table];
    if (expected === count) continue;
    throw archiveBroken(`it has ${count} rows of "${table}" where its last line names ${expected ?? 'none'}`);
  }
  if (trailer.sha256 !== sha256) throw archiveBroken('its content was changed: the SHA-256 is another');
}
