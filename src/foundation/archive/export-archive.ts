import { createHash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { KeyRing, newMasterKeyProof } from '../vault/index.ts';
import { inArchiveTransaction } from './archive-session.ts';
import { ARCHIVED_SEQUENCES } from './archived-tables.ts';
import { ChainCheck } from './chain-check.ts';
import { ARCHIVE_FORMAT, type ArchiveHeader, type ArchiveSummary, type ArchiveTrailer } from './format.ts';
import { readTable } from './read-table.ts';
import { readShapes } from './table-shape.ts';

export type ExportOptions = {
  /** The database, in its owner's rights. */
  url: string;
  masterKey: Uint8Array;
  /** The number of the schema that the code knows. */
  schema: number;
  to: Writable;
  gzip: boolean;
};

/** What was exported, and how many workers were at work meanwhile: what they go on to do is not in it. */
export type ExportSummary = ArchiveSummary & { workers: number };

type Begun = { header: ArchiveHeader; shapes: Awaited<ReturnType<typeof readShapes>>; workers: number };

/** Lines are handed on in pieces of about this size, characters. */
const PIECE = 64_000;

/**
 * Writes everything that an installation holds, as one snapshot sees it, in the form that `format.ts`
 * describes. Every frame is hashed again and every chain verified on the way; memory stays that of one
 * fetch. The stream is ended, but for standard output, which stays open.
 *
 * @throws BulkheadError `journal_broken` naming stream and frame, `seal_broken` under another master key,
 *   `schema_too_new`, `no_installation`, `database_unreachable`. What was written until then is no archive.
 * @example
 * await exportArchive({ url, masterKey, schema: 5, to: createWriteStream('day.jsonl.gz'), gzip: true });
 */
export async function exportArchive(options: ExportOptions): Promise<ExportSummary> {
  const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
  return inArchiveTransaction(options.url, begin, async (client) => {
    const begun = await beginExport(client, options);
    const hash = createHash('sha256');
    const counts: Record<string, number> = {};
    let sha256 = '';
    const pieces = async function* () {
      for await (const piece of inPieces(linesOf(client, begun, options.masterKey, counts))) {
        hash.update(piece);
        yield piece;
      }
      sha256 = hash.digest('hex');
      yield `${JSON.stringify({ end: 'bulkhead', counts, sha256 } satisfies ArchiveTrailer)}\n`;
    };
    const source = Readable.from(pieces(), { objectMode: false });
    const end = { end: options.to !== process.stdout };
    if (options.gzip) await pipeline(source, createGzip(), options.to, end);
    else await pipeline(source, options.to, end);
    const { schema, exportedAt } = begun.header;
    return { schema, exportedAt, counts, sha256, workers: begun.workers };
  });
}

async function beginExport(client: pg.Client, options: ExportOptions): Promise<Begun> {
  const { rows } = await client.query<{ there: boolean; now: Date }>(
    `SELECT to_regclass('schema_migration') IS NOT NULL AND to_regclass('tenant') IS NOT NULL AS there,
       now() AS now`,
  );
  const [first] = rows;
  if (first?.there !== true) throw noInstallation();
  const { rows: numbers } = await client.query<{ schema: number }>(
    'SELECT max(number) AS schema FROM schema_migration',
  );
  const schema = numbers[0]?.schema ?? 0;
  if (schema > options.schema) throw tooNew(schema, options.schema);
  const { rows: workers } = await client.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM worker WHERE lease_until > now()',
  );
  const sequences: Record<string, string> = {};
  for (const name of ARCHIVED_SEQUENCES) {
    const { rows: last } = await client.query<{ value: string }>(
      `SELECT last_value::text AS value FROM ${pg.escapeIdentifier(name)}`,
    );
    sequences[name] = last[0]?.value ?? '1';
  }
  const shapes = await readShapes(client);
  const header: ArchiveHeader = {
    archive: 'bulkhead',
    format: ARCHIVE_FORMAT,
    schema,
    exportedAt: first.now.toISOString(),
    masterKey: newMasterKeyProof(options.masterKey),
    sequences,
    tables: Object.fromEntries(shapes.map(({ name, columns }) => [name, columns.map((each) => each.name)])),
  };
  return { header, shapes, workers: workers[0]?.count ?? 0 };
}

async function* linesOf(
  client: pg.Client,
  { header, shapes }: Begun,
  masterKey: Uint8Array,
  counts: Record<string, number>,
): AsyncGenerator<string> {
  const nothing = async () => undefined;
  const keys = new KeyRing(masterKey, { ofTenant: nothing, ofStream: nothing });
  const chains = new ChainCheck();
  yield `${JSON.stringify(header)}\n`;
  for (const shape of shapes) {
    let count = 0;
    for await (const row of readTable(client, shape)) {
      if (shape.name === 'frame') chains.add(row);
      // An archive that names a master key which opens nothing in it would be found out too late.
      if (shape.name === 'tenant')
        keys.proveTenantKey(String(row.id), Buffer.from(String(row.wrapped_key), 'base64'));
      count += 1;
      yield `${JSON.stringify({ table: shape.name, row })}\n`;
    }
    counts[shape.name] = count;
  }
}

/** Lines together: a stream that handles each alone spends more on that than on the lines. */
async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function noInstallation(): BulkheadError {
  return new BulkheadError({
    code: 'no_installation',
    message:
      'The database holds no installation of Bulkhead, so there is nothing to export. Name the right one in DATABASE_URL, or its data folder in BULKHEAD_HOME.',
    status: 404,
  });
}

function tooNew(found: number, known: number): BulkheadError {
  return new BulkheadError({
    code: 'schema_too_new',
    message: `The database has the schema ${found}, and this version of Bulkhead knows only ${known}. Export it with the version of Bulkhead that made it, or a later one.`,
    status: 500,
    details: { database: found, known },
  });
}
