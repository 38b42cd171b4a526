/**
 * The format of an archive: what `bulkhead export` writes and `bulkhead import` reads.
 *
 * Text in UTF-8, one JSON object a line, each line ended by a line feed; optionally the whole compressed
 * with gzip. Three kinds of lines, told apart by their first member:
 *
 * ```
 * {"archive":"bulkhead","format":1,"schema":1,"exportedAt":"2026-03-01T12:00:00.000Z",
 *  "masterKey":{"salt":"<hex>","check":"<hex>"},"sequences":{"worker_epoch":"42"},
 *  "tables":{"tenant":["id","name",…],…}}                                            first, once
 * {"table":"frame","row":{"class":"standard","stream":"0197…","hash":"<base64>",…}}    one a row
 * {"end":"bulkhead","counts":{"tenant":1,…},"sha256":"<hex>"}                          last, once
 * ```
 *
 * - `format` is the number of this format, `schema` that of the last migration of the database that was
 *   exported. A reader refuses what is newer than itself; what is older it imports into its own schema,
 *   where columns that the file does not have take their defaults.
 * - `tables` says which tables follow, in this order, and with which columns. Tables stand in an order in
 *   which each leans on earlier ones only; frames stand by class, stream and number.
 * - A value is null or a string: binary in base64, anything else in the text form of PostgreSQL (timestamps
 *   in UTC and to the microsecond, numbers to the last digit), so that nothing is rounded on the way.
 * - `masterKey.check` is an HMAC-SHA-256 of the salt under a key that is derived from the master key: it
 *   tells whether a master key is the right one, and nothing else. Keys in the rows are wrapped, contents
 *   sealed, as they are in the database; names, subjects and bundles are in the clear there as well.
 * - `sha256` covers every byte before the last line, uncompressed; `counts` has the rows of each table.
 *   A file without its last line was cut short.
 */
export const ARCHIVE_FORMAT = 1;

/** Columns of a row by name. */
export type ArchivedRow = Record<string, string | null>;

export type ArchiveHeader = {
  archive: 'bulkhead';
  format: number;
  schema: number;
  /** ISO 8601, UTC: when the snapshot was taken. */
  exportedAt: string;
  masterKey: { salt: string; check: string };
  /** The last number that each sequence gave out. */
  sequences: Record<string, string>;
  tables: Record<string, string[]>;
};

export type ArchiveTrailer = {
  end: 'bulkhead';
  counts: Record<string, number>;
  /** SHA-256 of all bytes before the trailer, hex. */
  sha256: string;
};

/** What an archive holds, once it was written or read to its end. */
export type ArchiveSummary = {
  schema: number;
  exportedAt: string;
  /** Rows by table. */
  counts: Record<string, number>;
  sha256: string;
};
