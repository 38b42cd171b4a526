import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../contract/json.ts';

/** SHA-256 of method, path and body: tells whether a request that comes again is the same one. */
export function requestHash(request: { method: string; path: string; body: unknown }): Buffer {
  return createHash('sha256')
    .update(`${request.method} ${request.path}\n`)
    .update(canonicalJson(request.body))
    .digest();
}
