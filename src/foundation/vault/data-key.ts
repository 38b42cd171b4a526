import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { BulkheadError } from '../../contract/errors.ts';
import { canonicalJson } from '../../contract/json.ts';
import { derived, hmac } from './hmac.ts';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

/** The key of one stream: seals its content and hashes its guessable values. */
export type DataKey = {
  /** AES-256-GCM. `context` (tenant|table|row) is authenticated, so that a sealed value cannot be moved to another row. */
  seal(plaintext: Uint8Array, context: string): Buffer;
  /** @throws BulkheadError `seal_broken` when the value was changed, moved or sealed under another key. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** HMAC-SHA-256 of the canonical JSON of a value, hex. Equal values in one stream have equal hashes. */
  keyedHash(value: unknown): string;
};

// Random bytes are drawn in one system call for many nonces: a call each costs more than the sealing.
const nonces = Buffer.alloc(NONCE_BYTES * 512);
let noncesUsed = nonces.length;

function nextNonce(): Buffer {
  if (noncesUsed === nonces.length) {
    randomFillSync(nonces);
    noncesUsed = 0;
  }
  const nonce = Buffer.from(nonces.subarray(noncesUsed, noncesUsed + NONCE_BYTES));
  noncesUsed += NONCE_BYTES;
  return nonce;
}

/**
 * A data key out of 32 bytes. The key objects are made once: making one costs three times a seal.
 *
 * @example
 * const key = dataKeyFrom(randomBytes(32));
 * key.open(key.seal(Buffer.from('hello'), 'acme|frame|1'), 'acme|frame|1').toString(); // 'hello'
 */
export function dataKeyFrom(raw: Uint8Array): DataKey {
  const sealing: KeyObject = createSecretKey(raw);
  let hashing: ReturnType<typeof hmac> | undefined;
  return {
    seal(plaintext, context) {
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce);
      cipher.setAAD(Buffer.from(context));
      const body = cipher.update(plaintext);
      cipher.final();
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES + TAG_BYTES) throw sealBroken(context);
      const decipher = createDecipheriv('aes-256-gcm', sealing, sealed.subarray(1, HEADER_BYTES));
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(HEADER_BYTES, HEADER_BYTES + TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES + TAG_BYTES)), decipher.final()]);
      } catch {
        throw sealBroken(context);
      }
    },
    keyedHash(value) {
      // A key of its own for hashing: one key never serves two algorithms.
      hashing ??= hmac(derived(raw, 'bulkhead:keyed-hash:1'));
      return hashing(canonicalJson(value)).toString('hex');
    },
  };
}

function sealBroken(context: string): BulkheadError {
  return new BulkheadError({
    code: 'seal_broken',
    message: `The sealed value at ${context} cannot be opened: it was changed, or the master key is not the one that it was sealed under.`,
    status: 500,
  });
}
