import { mkdtemp, readdir, readFile, realpath, rm, stat, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hostProgram } from './host-program.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-program-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('the program of code hosts', () => {
  it('is one file that imports nothing but what Node has', async () => {
    const { path, reads } = await hostProgram(await newFolder());
    const imported = [...(await readFile(path, 'utf8')).matchAll(/^import .* from "(.*)";$/gm)];
    expect(imported.map(([, name]) => name).filter((name) => !name?.startsWith('node:'))).toEqual([]);
    expect(imported).not.toEqual([]);
    expect(reads).toEqual([]);
  });

  it('is for its owner only, in a folder that need not be there', async () => {
    const { path } = await hostProgram(join(await newFolder(), 'bundles'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('has its real name where the folder has another', async () => {
    const folder = await newFolder();
    await symlink(folder, `${folder}-linked`);
    onTestFinished(() => rm(`${folder}-linked`));
    expect(dirname((await hostProgram(`${folder}-linked`)).path)).toBe(await realpath(folder));
  });

  it('is written once, and again where half of it lies there', async () => {
    const folder = await newFolder();
    const { path } = await hostProgram(folder);
    const whole = await stat(path);
    expect(await hostProgram(folder)).toEqual({ path, reads: [] });
    expect((await stat(path)).ino).toBe(whole.ino);
    await truncate(path, 100);
    await hostProgram(folder);
    expect((await stat(path)).size).toBe(whole.size);
    expect(await readdir(folder)).toHaveLength(1);
  });
});
