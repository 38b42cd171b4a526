import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../contract/errors.ts';

/** Bundles as files, because a process loads its code from one. */
export type BundleFiles = { path(tenant: string, version: string): Promise<string> };

/**
 * Keeps bundles in a folder under their hash. A file that does not have the hash that names it is not
 * used; it is fetched again.
 */
export function createBundleFiles(options: {
  folder: string;
  load: (tenant: string, version: string) => Promise<Uint8Array>;
}): BundleFiles {
  const paths = new Map<string, Promise<string>>();

  const provide = async (tenant: string, version: string) => {
    const path = join(options.folder, `${version}.mjs`);
    const present = await readFile(path).catch(() => undefined);
    if (present !== undefined && hash(present) === version) return path;
    const code = await options.load(tenant, version);
    if (hash(code) !== version) {
      throw new BulkheadError({
        code: 'bundle_changed',
        message: `The stored code of version ${version.slice(0, 12)} does not have that hash, so it is not executed. Deploy the project again.`,
        status: 500,
      });
    }
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    // Written beside and renamed: another process never loads half a file.
    const part = `${path}.${process.pid}.part`;
    await writeFile(part, code, { mode: 0o600 });
    await rename(part, path);
    return path;
  };

  return {
    path(tenant, version) {
      // A tenant reads only its own bundles, also where two have the same code.
      const key = `${tenant}/${version}`;
      let path = paths.get(key);
      if (path === undefined) {
        path = provide(tenant, version);
        paths.set(key, path);
        path.catch(() => paths.delete(key));
      }
      return path;
    },
  };
}

function hash(code: Uint8Array): string {
  return createHash('sha256').update(code).digest('hex');
}
