import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../contract/errors.ts';

/** One file of the migrations. */
export type Migration = {
  number: number;
  name: string;
  /** SHA-256 of the text, hex. */
  checksum: string;
  text: string;
  /** Code that knows so many migrations, or more, works with the schema that this one makes. */
  readableFrom: number;
};

const fileName = /^(\d{3})_[a-z0-9_]+\.sql$/;
const transactionControl = /^\s*(begin|commit|rollback|start\s+transaction)(\s+(work|transaction))?\s*;/im;
const readable = /^-- Readable from (\d{3})\.\s*\n/;

/**
 * Reads the files `001_name.sql`, `002_name.sql`, … of a folder.
 *
 * A first line `-- Readable from 004.` declares that processes whose code ends with migration 004 go on with
 * this one applied: it only adds what they do not mind. Without that line it is for new code alone, and
 * processes with older code stop.
 *
 * @throws BulkheadError `migration_invalid`
 * @example
 * const migrations = await readMigrations('src/foundation/store/migrations');
 */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw invalid(`the folder ${directory} cannot be read`, error);
  });
  const files = names.filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    files.map(async (name, index) => {
      const number = Number(fileName.exec(name)?.[1]);
      if (number !== index + 1) {
        throw invalid(
          `${name} should be named ${String(index + 1).padStart(3, '0')}_<name>.sql, numbered without gap or double`,
        );
      }
      // Line ends are left to git's settings, so they must not count as a change.
      const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
      if (transactionControl.test(text)) {
        throw invalid(`${name} controls its transaction itself; each file is one transaction already`);
      }
      const readableFrom = Number(readable.exec(text)?.[1] ?? number);
      if (readableFrom < 1 || readableFrom > number) {
        throw invalid(`${name} says that it is readable from ${readableFrom}, which is none before it`);
      }
      const checksum = createHash('sha256').update(text).digest('hex');
      return { number, name, text, checksum, readableFrom };
    }),
  );
}

function invalid(reason: string, cause?: unknown): BulkheadError {
  return new BulkheadError({
    code: 'migration_invalid',
    message: `The migrations are not usable: ${reason}.`,
    status: 500,
    cause,
  });
}
