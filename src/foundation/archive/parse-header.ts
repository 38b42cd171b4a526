import { z } from 'zod';
import { archiveBroken, archiveTooNew } from './archive-failure.ts';
import { ARCHIVED_SEQUENCES, ARCHIVED_TABLES } from './archived-tables.ts';
import { ARCHIVE_FORMAT, type ArchiveHeader } from './format.ts';

const headerSchema = z.object({
  archive: z.literal('bulkhead'),
  format: z.int().positive(),
  schema: z.int().positive(),
  exportedAt: z.iso.datetime(),
  masterKey: z.object({ salt: z.hex(), check: z.hex() }),
  sequences: z.record(z.string(), z.string().regex(/^\d+$/)),
  tables: z.record(z.string(), z.array(z.string())),
});

/**
 * The first line of an archive.
 *
 * @throws BulkheadError `archive_broken` when it is none, `archive_too_new` by its format
 */
export function parseHeader(line: Buffer): ArchiveHeader {
  const value = readJson(line);
  const format = (value as { format?: unknown } | null)?.format;
  // Another format may look quite different: its number is the one thing that stays.
  if (typeof format === 'number' && format > ARCHIVE_FORMAT)
    throw archiveTooNew('format', format, ARCHIVE_FORMAT);
  const parsed = headerSchema.safeParse(value);
  if (!parsed.success)
    throw archiveBroken('its first line is not that of an export of Bulkhead', parsed.error);
  return parsed.data;
}

/**
 * Whether this version of Bulkhead knows all that an archive says it holds.
 *
 * @param schema the schema of the code
 * @throws BulkheadError `archive_too_new`, `archive_broken`
 */
export function checkContents(header: ArchiveHeader, schema: number): void {
  if (header.schema > schema) throw archiveTooNew('schema', header.schema, schema);
  const names = Object.keys(header.tables);
  const places = names.map((name) => ARCHIVED_TABLES.findIndex((table) => table.name === name));
  const isOrdered = places.every((place, index) => place > (places[index - 1] ?? -1));
  if (!isOrdered) throw archiveBroken('it names a table that is not known, or in another order');
  for (const { name, columns } of ARCHIVED_TABLES) {
    const unknown = header.tables[name]?.find((column) => !columns.includes(column));
    if (unknown !== undefined) throw archiveBroken(`it names a column that is not known, ${name}.${unknown}`);
  }
  const sequence = Object.keys(header.sequences).find((name) => !ARCHIVED_SEQUENCES.includes(name));
  if (sequence !== undefined) throw archiveBroken(`it names a sequence that is not known, ${sequence}`);
}

function readJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch (error) {
    throw archiveBroken('its first line is not that of an export of Bulkhead', error);
  }
}
