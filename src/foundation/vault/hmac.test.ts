import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { derived, hmac } from './hmac.ts';

describe('an HMAC', () => {
  it('is that of RFC 4231, test case 2', () => {
    expect(hmac(Buffer.from('Jefe'))('what do ya want for nothing?').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it.each([1, 32, 64])(
    "is Node's own under a key of %i bytes, for messages of any length, again and again",
    (length) => {
      const key = randomBytes(length);
      const ours = hmac(key);
      for (const message of ['', 'a', 'ü'.repeat(31), 'x'.repeat(64), 'y'.repeat(5_000)]) {
        expect(ours(message).toString('hex')).toBe(createHmac('sha256', key).update(message).digest('hex'));
      }
    },
  );

  it('takes no key that would have to be hashed first', () => {
    expect(() => hmac(Buffer.alloc(65))).toThrow('65 bytes');
  });
});

describe('a derived key', () => {
  it("is Node's own HKDF without salt", () => {
    const key = randomBytes(32);
    expect(derived(key, 'a purpose')).toEqual(Buffer.from(hkdfSync('sha256', key, '', 'a purpose', 32)));
  });
});
