import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { newMasterKeyProof, proveMasterKey } from './master-key-proof.ts';

const masterKey = randomBytes(32);

it('a proof tells the master key that it was made with from any other', () => {
  const proof = newMasterKeyProof(masterKey);
  expect(proveMasterKey(masterKey, proof)).toBe(true);
  expect(proveMasterKey(randomBytes(32), proof)).toBe(false);
  expect(proveMasterKey(masterKey, { ...proof, salt: '00' })).toBe(false);
});

it('a proof shows nothing of the key, and two of one key have nothing in common', () => {
  const [one, other] = [newMasterKeyProof(masterKey), newMasterKeyProof(masterKey)];
  expect(JSON.stringify(one)).not.toContain(masterKey.toString('hex'));
  expect(one.salt).not.toBe(other.salt);
  expect(one.check).not.toBe(other.check);
});
