import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

const decoders = new Map<string, () => NodeJS.ReadWriteStream & Readable>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/**
 * Undoes the content encoding of a body. None is asked for (a token stream gains little and waits for the
 * compressor), but some proxies compress all the same. Removes the headers that no longer hold.
 *
 * @example
 * decode(body, new Headers()); // body itself
 */
export function decode(body: Readable, headers: Headers): Readable {
  const create = decoders.get(headers.get('content-encoding')?.trim().toLowerCase() ?? '');
  if (create === undefined) return body;
  headers.delete('content-encoding');
  headers.delete('content-length');
  // pipeline carries errors both ways; the reader of the decoder sees them, so the callback has nothing to do.
  return pipeline(body, create(), () => undefined);
}
