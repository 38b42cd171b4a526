import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type WrittenBundle = { path: string; version: string; remove(): Promise<void> };

/** Writes JavaScript into a file as a bundle is one, under its hash, in a folder of its own. */
export async function writeBundle(code: string): Promise<WrittenBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-bundle-'));
  const version = createHash('sha256').update(code).digest('hex');
  const path = join(folder, `${version}.mjs`);
  await writeFile(path, code);
  return { path, version, remove: () => rm(folder, { recursive: true, force: true }) };
}
