import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolder } from './create-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('creating a folder', () => {
  it('creates those above it too', async () => {
    await createFolder(join(folder, 'a', 'b'), 0o711);
    expect(await modeOf(join(folder, 'a', 'b'))).toBe(0o711);
  });

  it('leaves one that is there as it is', async () => {
    await chmod(folder, 0o750);
    await createFolder(folder, 0o711);
    expect(await modeOf(folder)).toBe(0o750);
  });

  it('can be done by several at once', async () => {
    const path = join(folder, 'a', 'b');
    await Promise.all(Array.from({ length: 8 }, () => createFolder(path, 0o700)));
    expect(await modeOf(path)).toBe(0o700);
  });

  it('is refused where a file stands in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(createFolder(join(folder, 'file'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(createFolder(join(folder, 'file', 'a'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(process.platform !== 'linux')('is refused where nothing can be created', async () => {
    await expect(createFolder('/proc/none/a', 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
