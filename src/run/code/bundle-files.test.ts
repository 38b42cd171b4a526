import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBundleFiles } from './bundle-files.ts';

const CODE = Buffer.from('export const answer = 42;\n');
const VERSION = createHash('sha256').update(CODE).digest('hex');

let folder: string;
let loads: string[];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'bulkhead-bundles-')), 'bundles');
  loads = [];
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const files = (load: (tenant: string) => Promise<Uint8Array> = async () => CODE) =>
  createBundleFiles({
    folder,
    load: (tenant, version) => {
      loads.push(`${tenant} ${version}`);
      return load(tenant);
    },
  });

describe('bundle files', () => {
  it('are written once, under their hash, for the owner alone', async () => {
    const bundles = files();
    const path = await bundles.path('acme', VERSION);
    expect(await Promise.all([bundles.path('acme', VERSION), bundles.path('acme', VERSION)])).toEqual([
      path,
      path,
    ]);
    expect(path).toBe(join(folder, `${VERSION}.mjs`));
    expect(await readFile(path)).toEqual(CODE);
    expect(loads).toEqual([`acme ${VERSION}`]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual([`${VERSION}.mjs`]);
  });

  it('of another process are used, if they are what they are called', async () => {
    await files().path('acme', VERSION);
    loads.length = 0;
    await files().path('acme', VERSION);
    expect(loads).toEqual([]);
    await writeFile(join(folder, `${VERSION}.mjs`), 'export const answer = 43;\n');
    expect(await readFile(await files().path('acme', VERSION))).toEqual(CODE);
    expect(loads).toHaveLength(1);
  });

  it('are refused when the database holds other code under this name', async () => {
    const changed = files(async () => Buffer.from('export const answer = 43;\n'));
    await expect(changed.path('acme', VERSION)).rejects.toMatchObject({
      code: 'bundle_changed',
      message: expect.stringContaining('is not executed. Deploy the project again.'),
    });
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  it('are asked for again after a failure', async () => {
    let away = true;
    const bundles = files(async () => {
      if (away) throw new Error('The database is away.');
      return CODE;
    });
    await expect(bundles.path('acme', VERSION)).rejects.toThrow('away');
    away = false;
    expect(await readFile(await bundles.path('acme', VERSION))).toEqual(CODE);
  });
});
