import { createHash } from 'node:crypto';

/** A bundle's name: SHA-256 of its code, lower-case hex. */
export function bundleVersion(code: Uint8Array): string {
  return createHash('sha256').update(code).digest('hex');
}
