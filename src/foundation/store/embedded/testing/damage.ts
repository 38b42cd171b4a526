import { readFile, writeFile } from 'node:fs/promises';

/** Writes something else into a file while a test runs, and restores it whatever happens. */
export async function withDamage(path: string, content: string, during: () => Promise<void>): Promise<void> {
  const original = await readFile(path);
  await writeFile(path, content);
  try {
    await during();
  } finally {
    await writeFile(path, original);
  }
}
