import { constants } from 'node:fs';
import { access, chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './find-binaries.ts';

const programs = ['initdb', 'pg_ctl', 'postgres'];

/**
 * Whether the programs are whole as npm unpacked them: an installation without install scripts lacks
 * the links between the libraries.
 *
 * @example
 * await areBinariesComplete(await findBinaries()); // true
 */
export async function areBinariesComplete(binaries: Binaries): Promise<boolean> {
  try {
    for (const { path } of await listLinks(binaries.folder)) await lstat(join(binaries.folder, path));
    for (const name of programs) await access(join(binaries.folder, 'bin', name), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes a whole copy of the programs in another folder, for a user who cannot reach the originals, or
 * when those are not whole. A copy of the same version is used again; copies of others are removed.
 *
 * @returns the copy.
 * @example
 * await stageBinaries(await findBinaries(), '/var/lib/bulkhead/5e1c'); // { folder: '/var/lib/bulkhead/5e1c/binaries-18.4.0' … }
 */
export async function stageBinaries(binaries: Binaries, root: string): Promise<Binaries> {
  const folder = join(root, `binaries-${binaries.version}`);
  const copy: Binaries = { folder, version: binaries.version };
  const existing = (await readdir(root)).filter((name) => name.startsWith('binaries-'));
  const isThere = existing.includes(basename(folder));
  for (const name of existing) {
    if (name !== basename(folder)) await rm(join(root, name), { recursive: true, force: true });
  }
  if (isThere) return copy;

  const unfinished = `${folder}.unfinished`;
  await cp(binaries.folder, unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !source.endsWith('.a') && !/[\\/](pkgconfig|include)$/.test(source),
  });
  for (const { path, target } of await listLinks(unfinished)) {
    await rm(join(unfinished, path), { force: true });
    await symlink(target, join(unfinished, path));
  }
  await openToAll(unfinished);
  await rename(unfinished, folder);
  return copy;
}

/** The links between libraries that the package's install script would make. */
async function listLinks(folder: string): Promise<{ path: string; target: string }[]> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: { source: string; target: string }[] = JSON.parse(text);
  return links
    .filter(({ source, target }) => dirname(source) === dirname(target))
    .map(({ source, target }) => ({ path: target.replace(/^native\//, ''), target: basename(source) }));
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(path, isProgram ? 0o755 : 0o644);
  }
}
