import { randomBytes, randomUUID } from 'node:crypto';
import { access, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../contract/errors.ts';

const KEY_BYTES = 32;

/**
 * The master key: `BULKHEAD_MASTER_KEY` (32 bytes, base64), or the file `master.key` (mode 600) in the
 * data folder, made once when `create` is set.
 *
 * @throws BulkheadError `missing_master_key`, `invalid_master_key`
 */
export async function loadMasterKey(options: {
  environment: Record<string, string | undefined>;
  home?: string;
  create?: boolean;
}): Promise<Buffer> {
  const given = options.environment.BULKHEAD_MASTER_KEY;
  if (given !== undefined) return decodeKey(given, 'BULKHEAD_MASTER_KEY');
  if (options.home === undefined) throw missing();
  const path = join(options.home, 'master.key');
  if (options.create) {
    await createKeyFile(path);
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? missing() : error;
  });
  return decodeKey(text.trim(), path);
}

/** Makes the file whole or not at all: a name that is linked exists once, and whoever reads it reads all of it. */
async function createKeyFile(path: string): Promise<void> {
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return;
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flag: 'wx' });
    await link(part, path);
  } catch (error) {
    // Another process was first: its key is the key.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(part, { force: true });
  }
}

function decodeKey(text: string, from: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new BulkheadError({
    code: 'invalid_master_key',
    message: `The master key in ${from} is not 32 bytes in base64. Make one with \`openssl rand -base64 32\`; a database that already holds runs needs the key that it was made with.`,
  });
}

function missing(): BulkheadError {
  return new BulkheadError({
    code: 'missing_master_key',
    message:
      'There is no master key, so nothing can be sealed. Set BULKHEAD_MASTER_KEY to 32 bytes in base64 (`openssl rand -base64 32`), the same for every process.',
  });
}
