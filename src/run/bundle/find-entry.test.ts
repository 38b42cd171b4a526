import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEntry } from './find-entry.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-entry-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content = ''): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

describe('findEntry', () => {
  it('takes bulkhead.ts before bulkhead.js before src/bulkhead.ts', async () => {
    await write('src/bulkhead.ts');
    expect(await findEntry(folder)).toBe('src/bulkhead.ts');
    await write('bulkhead.js');
    expect(await findEntry(folder)).toBe('bulkhead.js');
    await write('bulkhead.ts');
    expect(await findEntry(folder)).toBe('bulkhead.ts');
  });

  it('takes what package.json names before all of them', async () => {
    await write('bulkhead.ts');
    await write('agents/all.ts');
    await write('package.json', '{ "bulkhead": { "entry": "./agents/all.ts" } }');
    expect(await findEntry(folder)).toBe('agents/all.ts');
  });

  it.each([
    ['There is no bulkhead.ts in', '{}'],
    ['there is no such file', '{ "bulkhead": { "entry": "none.ts" } }'],
    ['which lies outside', '{ "bulkhead": { "entry": "../other/bulkhead.ts" } }'],
    ['which lies outside', '{ "bulkhead": { "entry": "/etc/hosts" } }'],
    ['has a bulkhead.entry that is no text', '{ "bulkhead": { "entry": 7 } }'],
    ['is not valid JSON', '{'],
  ])('refuses: %s, with package.json %s', async (message, content) => {
    await write('package.json', content);
    await expect(findEntry(folder)).rejects.toMatchObject({
      code: 'no_entry',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a folder that is not there, and says what to do', async () => {
    await expect(findEntry(join(folder, 'none'))).rejects.toMatchObject({
      code: 'no_entry',
      message: expect.stringContaining('bulkhead init'),
    });
  });
});
