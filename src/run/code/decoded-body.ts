import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * A body as it was before its server compressed it, as fetch hands it out. A coding that is unknown, or a
 * chain of several, stays as it came.
 *
 * @param encoding the Content-Encoding header
 */
export async function* decodedBody(
  body: AsyncIterable<Buffer>,
  encoding: string | undefined,
): AsyncGenerator<Buffer, void> {
  const name = encoding?.trim().toLowerCase() ?? '';
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (decoder === undefined) return yield* body;
  const parts = body[Symbol.asyncIterator]();
  const first = await parts.next();
  // The answer to HEAD names the coding of a content that it does not have.
  if (first.done === true) return;
  const rest = { [Symbol.asyncIterator]: () => parts };
  const whole = Readable.from(
    (async function* () {
      yield first.value;
      yield* rest;
    })(),
  );
  // What fails in one of them fails in the decoder, which is read.
  yield* pipeline(whole, decoder(), () => {});
}
