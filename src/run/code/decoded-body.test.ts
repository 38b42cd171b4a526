import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodedBody } from './decoded-body.ts';

const PLAIN = 'the plain text, again and again, '.repeat(1_000);
const read = async (bytes: Buffer, encoding: string | undefined) =>
  Buffer.concat(
    await Array.fromAsync(decodedBody(Readable.from(bytes.length === 0 ? [] : [bytes]), encoding)),
  ).toString();

describe('a body', () => {
  it.each([
    ['gzip', gzipSync(PLAIN)],
    ['x-gzip', gzipSync(PLAIN)],
    [' GZIP ', gzipSync(PLAIN)],
    ['deflate', deflateSync(PLAIN)],
    ['br', brotliCompressSync(PLAIN)],
    ['zstd', zstdCompressSync(PLAIN)],
    ['identity', Buffer.from(PLAIN)],
    [undefined, Buffer.from(PLAIN)],
  ])('in %s is plain text', async (encoding, bytes) => {
    expect(await read(bytes, encoding)).toBe(PLAIN);
  });

  it('in a coding that is unknown stays as it came', async () => {
    expect(await read(Buffer.from('abc'), 'compress')).toBe('abc');
    expect(await read(Buffer.from('abc'), 'toString')).toBe('abc');
  });

  it('that is empty is empty, as the answer to HEAD', async () => {
    for (const encoding of ['gzip', 'deflate', 'br', 'zstd'])
      expect(await read(Buffer.alloc(0), encoding)).toBe('');
  });

  it('that is not what it says fails', async () => {
    await expect(read(Buffer.from('no gzip'), 'gzip')).rejects.toThrow('header');
  });

  it('is let go when its reader has enough', async () => {
    const source = Readable.from([gzipSync(Buffer.alloc(1_000_000))]);
    for await (const _ of decodedBody(source, 'gzip')) break;
    await expect.poll(() => source.destroyed).toBe(true);
  });

  it('whose connection breaks fails with that', async () => {
    const source = new Readable({ read() {} });
    const decoded = decodedBody(source, 'gzip');
    source.destroy(new Error('cut'));
    await expect(Array.fromAsync(decoded)).rejects.toThrow('cut');
  });
});
