import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundle } from '../../src/run/bundle/index.ts';

const libraries = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Builds a project of one file, as `bulkhead deploy` does. */
export async function buildProject(source: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-project-'));
  try {
    await writeFile(join(folder, 'package.json'), '{"name":"project","type":"module"}');
    await writeFile(join(folder, 'bulkhead.ts'), source);
    await symlink(libraries, join(folder, 'node_modules'));
    return (await buildBundle(folder)).code;
  } finally {
    await rm(folder, { recursive: true });
  }
}
