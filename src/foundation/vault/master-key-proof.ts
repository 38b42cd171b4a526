import { randomBytes } from 'node:crypto';
import { dataKeyFrom } from './data-key.ts';

/** Tells whether a master key is a certain one, and nothing else about it. Both in hex. */
export type MasterKeyProof = { salt: string; check: string };

/**
 * A proof for a file that leaves the installation. The salt keeps two files of one installation from being
 * told to belong together.
 */
export function newMasterKeyProof(masterKey: Uint8Array): MasterKeyProof {
  const salt = randomBytes(16).toString('hex');
  return { salt, check: checkOf(masterKey, salt) };
}

/** Whether the proof was made with this master key. */
export function proveMasterKey(masterKey: Uint8Array, proof: MasterKeyProof): boolean {
  return checkOf(masterKey, proof.salt) === proof.check;
}

function checkOf(masterKey: Uint8Array, salt: string): string {
  return dataKeyFrom(masterKey).keyedHash({ masterKeyProof: salt });
}
