import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Binaries, findBinaries, majorOfBinaries } from './find-binaries.ts';
import { areBinariesComplete, stageBinaries } from './stage-binaries.ts';

describe('a copy of the programs', () => {
  let folder: string;
  let root: string;
  let copy: Binaries;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bulkhead-stage-'));
    root = join(folder, 'root');
    await mkdir(join(root, 'binaries-17.0.0'), { recursive: true });
    copy = await stageBinaries(await findBinaries(), root);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is whole, and runs', async () => {
    expect(await areBinariesComplete(copy)).toBe(true);
    expect(await majorOfBinaries(copy)).toBe(18);
  });

  it('replaces those of other versions', async () => {
    expect(await readdir(root)).toEqual([`binaries-${copy.version}`]);
  });

  it('is used again', async () => {
    const { ino } = await stat(copy.folder);
    expect(await stageBinaries(await findBinaries(), root)).toEqual(copy);
    expect((await stat(copy.folder)).ino).toBe(ino);
  });

  it('mends what an installation without install scripts lacks: links and permissions', async () => {
    for (const name of await readdir(join(copy.folder, 'lib'), { withFileTypes: true })) {
      if (name.isSymbolicLink()) await rm(join(copy.folder, 'lib', name.name));
    }
    await chmod(join(copy.folder, 'bin', 'postgres'), 0o600);
    expect(await areBinariesComplete(copy)).toBe(false);

    await mkdir(join(folder, 'mended'));
    const mended = await stageBinaries(copy, join(folder, 'mended'));
    expect(await areBinariesComplete(mended)).toBe(true);
    expect(await majorOfBinaries(mended)).toBe(18);
  });
});
