import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder, and those above it, unless it is there. Node's own recursive mkdir does not end where a
 * file system refuses to create anything, as under /proc.
 *
 * @param mode Permissions of what is created, whatever the umask; a folder that is there keeps its own.
 * @example
 * await createFolder('.bulkhead', 0o700);
 */
export async function createFolder(folder: string, mode: number): Promise<void> {
  const path = resolve(folder);
  try {
    await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await createFolder(dirname(path), mode);
      await mkdir(path);
    });
    await chmod(path, mode);
  } catch (error) {
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}
