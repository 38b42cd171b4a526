import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dataKeyFrom } from './data-key.ts';

const key = dataKeyFrom(randomBytes(32));
const text = Buffer.from('the customer lives in Bern');
const context = 'acme|frame|1';
const broken = expect.objectContaining({ code: 'seal_broken', message: expect.stringContaining(context) });

describe('sealing', () => {
  it('gives back what was sealed, also nothing and a megabyte', () => {
    for (const plaintext of [text, Buffer.alloc(0), randomBytes(1 << 20)]) {
      expect(key.open(key.seal(plaintext, context), context).equals(plaintext)).toBe(true);
    }
  });

  it('shows nothing of what was sealed, and never looks the same twice', () => {
    const sealed = Array.from({ length: 2_000 }, () => key.seal(text, context));
    expect(sealed.some((value) => value.includes('Bern'))).toBe(false);
    // The nonce: the bytes behind the version.
    expect(new Set(sealed.map((value) => value.toString('hex', 1, 13))).size).toBe(sealed.length);
  });

  it('adds 29 bytes: a version, a nonce, a tag', () => {
    expect(key.seal(text, context)).toHaveLength(text.length + 29);
  });
});

describe('a sealed value', () => {
  const sealed = key.seal(text, context);

  it('is not opened by another key', () => {
    expect(() => dataKeyFrom(randomBytes(32)).open(sealed, context)).toThrow(broken);
  });

  it('is not opened in another place', () => {
    expect(() => key.open(sealed, 'acme|frame|2')).toThrow(expect.objectContaining({ code: 'seal_broken' }));
  });

  it('is not opened when any byte of it was changed', () => {
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => key.open(changed, context), `byte ${index}`).toThrow(broken);
    }
  });

  it('is not opened when it was cut, at whatever place', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => key.open(sealed.subarray(0, length), context), `${length} bytes`).toThrow(broken);
    }
  });
});

describe('a keyed hash', () => {
  it('is the same for equal values, whatever the order of their keys', () => {
    expect(key.keyedHash({ a: 1, b: [true, null] })).toBe(key.keyedHash({ b: [true, null], a: 1 }));
    expect(key.keyedHash('yes')).not.toBe(key.keyedHash('no'));
  });

  it('says nothing to who has no key: under another key the same value has another hash', () => {
    expect(dataKeyFrom(randomBytes(32)).keyedHash('yes')).not.toBe(key.keyedHash('yes'));
  });

  it('is that of the same raw key after a restart', () => {
    const raw = randomBytes(32);
    expect(dataKeyFrom(raw).keyedHash({ usd: 50 })).toBe(dataKeyFrom(raw).keyedHash({ usd: 50 }));
    expect(dataKeyFrom(raw).keyedHash('x')).toMatch(/^[0-9a-f]{64}$/);
  });
});
