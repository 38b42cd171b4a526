import { Readable, Writable } from 'node:stream';
import { exportArchive } from '../export-archive.ts';

/** The schema of the code, as far as these tests are concerned: later than any that a database has. */
export const SCHEMA = 1_000;

/** An archive in memory. */
export async function exported(source: { url: string; masterKey: Buffer }, gzip = false): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const to = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  await exportArchive({ url: source.url, masterKey: source.masterKey, schema: SCHEMA, to, gzip });
  return Buffer.concat(pieces);
}

/** Bytes as a file brings them, in pieces of an awkward size. */
export function asSource(bytes: Buffer, size = 1_001): Readable {
  return Readable.from(
    (function* () {
      for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
    })(),
  );
}

export const linesOf = (archive: Buffer): string[] => archive.toString().trimEnd().split('\n');
