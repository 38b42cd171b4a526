import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Reads a small file of the data folder.
 *
 * @returns its text without surrounding space; undefined when there is no such file, or it is empty.
 * @example
 * await readHomeFile('.bulkhead/postgres.port'); // '24017'
 */
export async function readHomeFile(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.trim() === '' ? undefined : text.trim();
}

/**
 * Writes a small file whole or not at all.
 *
 * @param mode Permissions; by default readable for the owner alone.
 * @example
 * await writeHomeFile('.bulkhead/postgres.port', '24017');
 */
export async function writeHomeFile(path: string, text: string, mode = 0o600): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', mode);
  try {
    // The mode given to open is narrowed by the umask.
    await file.chmod(mode);
    await handOver(file, path);
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}

/**
 * Opens a log of the data folder to read it and to append to it. A link in its place is refused: root
 * must not write where another user can aim it.
 *
 * @example
 * const log = await openHomeLog('.bulkhead/postgres.log');
 */
export async function openHomeLog(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
  await handOver(file, path);
  return file;
}

/** What root writes into the data folder of a user stays readable for that user. */
async function handOver(file: FileHandle, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  await file.chown(uid, gid);
}
