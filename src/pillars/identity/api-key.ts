import { createHash, randomBytes, randomInt } from 'node:crypto';

const ID_LENGTH = 12;
const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
const FORM = /^bh_[0-9a-z]{12}_[A-Za-z0-9_-]{43}$/;

/** A key as its holder has it: `bh_<id>_<secret>`; the id may be shown, the secret has 256 bits. */
export function newApiKey(): { id: string; key: string } {
  let id = '';
  for (let index = 0; index < ID_LENGTH; index += 1) id += ID_ALPHABET[randomInt(ID_ALPHABET.length)];
  return { id, key: `bh_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}` };
}

/** Whether text can be a key at all: what cannot is refused without asking the database. */
export function looksLikeApiKey(text: string): boolean {
  return FORM.test(text);
}

/** SHA-256 of the whole key. A slow hash would add nothing: 256 random bits cannot be guessed. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
