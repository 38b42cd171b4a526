import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, out of two hashes at once: Node's own object costs three times as much, and a
 * run of ten tools asks for it twenty times.
 *
 * @param key 64 bytes at most
 * @example
 * hmac(Buffer.from('Jefe'))('what do ya want for nothing?').toString('hex'); // '5bdcc146…', RFC 4231
 */
export function hmac(key: Uint8Array): (message: string | Uint8Array) => Buffer {
  if (key.length > BLOCK) throw new RangeError(`A key of ${key.length} bytes is longer than a block.`);
  const inner = Buffer.alloc(BLOCK, 0x36);
  const outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return (message) => {
    const bytes = typeof message === 'string' ? Buffer.from(message) : message;
    outer.set(hash('sha256', Buffer.concat([inner, bytes]), 'buffer'), BLOCK);
    return hash('sha256', outer, 'buffer');
  };
}

/**
 * 32 bytes derived from a key for one purpose: HKDF-SHA-256 (RFC 5869) without salt.
 *
 * @param purpose what no other use of the key is called
 * @example
 * derived(raw, 'bulkhead:keyed-hash:1'); // as hkdfSync('sha256', raw, '', 'bulkhead:keyed-hash:1', 32)
 */
export function derived(key: Uint8Array, purpose: string): Buffer {
  const extracted = hmac(Buffer.alloc(DIGEST))(key);
  return hmac(extracted)(Buffer.concat([Buffer.from(purpose), Buffer.of(1)]));
}
