import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../../contract/errors.ts';
import { apiPort, type Environment, homeFolder } from '../settings.ts';

/** Where the server is, and the key that opens it. */
export type Connection = {
  /** Without a slash at its end. */
  url: string;
  key: string | undefined;
  /** Where a key was looked for, for the sentence that says that there is none. */
  keyPlace: string;
};

/**
 * `BULKHEAD_URL` or this machine, and `BULKHEAD_API_KEY` or the key that `bulkhead dev` keeps in the data
 * folder. That second key is only for this machine: it is never sent anywhere else.
 *
 * @throws BulkheadError `invalid_url`, `invalid_port`
 * @example
 * await findConnection({ BULKHEAD_PORT: '8080' }, '/code/desk'); // { url: 'http://127.0.0.1:8080', … }
 */
export async function findConnection(environment: Environment, folder: string): Promise<Connection> {
  const given = environment.BULKHEAD_URL || undefined;
  const url = given ?? `http://127.0.0.1:${apiPort(environment)}`;
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new BulkheadError({
      code: 'invalid_url',
      message: `BULKHEAD_URL is "${url}", which is no address. Write it as in http://127.0.0.1:7460.`,
    });
  }
  const place = join(homeFolder(environment, folder), 'dev.key');
  const isLocal = /^(127\.[\d.]+|localhost|\[::1\])$/.test(parsed.hostname);
  const own = environment.BULKHEAD_API_KEY?.trim() || undefined;
  const { key = own, missing = '' } = isLocal && own === undefined ? await readKey(place) : {};
  return {
    url: url.replace(/\/+$/, ''),
    key,
    keyPlace: `BULKHEAD_API_KEY is not set${missing}`,
  };
}

/** @returns `missing`: why there is none */
async function readKey(path: string): Promise<{ key?: string; missing?: string }> {
  try {
    const key = (await readFile(path, 'utf8')).trim();
    return key === '' ? { missing: `, and ${path} is empty` } : { key };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { missing: `, and there is no ${path}` };
    const reason = code === 'EACCES' ? 'it belongs to another user' : String(code);
    return { missing: `, and ${path} cannot be read (${reason})` };
  }
}
