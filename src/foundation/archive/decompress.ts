import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { archiveBroken, archiveTruncated } from './archive-failure.ts';

/** The first bytes of every gzip file (RFC 1952, 2.3.1). */
const GZIP = Buffer.of(0x1f, 0x8b);

/**
 * The bytes of an archive, whether they came compressed or not: that shows in the first two.
 *
 * @throws BulkheadError `archive_truncated`, `archive_broken`; errors of the source as they are
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
      yield Buffer.from(next.value);
  };
  if (head.subarray(0, GZIP.length).equals(GZIP)) yield* gunzip(all());
  else yield* all();
}

async function* gunzip(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacked = createGunzip();
  // The failure reaches whoever reads the other end.
  const done = pipeline(Readable.from(compressed), unpacked).catch(() => undefined);
  try {
    for await (const chunk of unpacked) yield chunk;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // zlib's words for an input that ends in the middle.
    if (code === 'Z_BUF_ERROR') throw archiveTruncated();
    throw code.startsWith('Z_') ? archiveBroken('it is damaged within its compression', error) : error;
  } finally {
    unpacked.destroy();
    await done;
  }
}
