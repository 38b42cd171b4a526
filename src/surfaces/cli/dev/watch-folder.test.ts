import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchFolder } from './watch-folder.ts';

let folder: string;
let changes: number;
let close: () => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-watch-'));
  await mkdir(join(folder, 'tools'));
  await mkdir(join(folder, 'node_modules'));
  await mkdir(join(folder, 'data'));
  changes = 0;
  close = await watchFolder(folder, {
    except: [join(folder, 'data')],
    onChange: () => {
      changes += 1;
    },
    onFailure: (reason) => expect.fail(reason),
  });
});
afterEach(async () => {
  close();
  await rm(folder, { recursive: true });
});

const save = (path: string) => writeFile(join(folder, path), String(Math.random()));
const changed = (count: number) => expect.poll(() => changes, { timeout: 5_000 }).toBe(count);

describe('watching a folder', () => {
  it('tells of a file that was saved, also deep inside', async () => {
    await save('agent.ts');
    await changed(1);
    await save('tools/bill.ts');
    await changed(2);
  });

  it('tells once of changes that come together', async () => {
    await Promise.all(['a.ts', 'b.ts', 'tools/c.ts'].map(save));
    await changed(1);
  });

  it('tells of a file that an editor put in the place of another', async () => {
    await save('agent.ts');
    await changed(1);
    await save('.agent.ts.swap');
    await rename(join(folder, '.agent.ts.swap'), join(folder, 'agent.ts'));
    await changed(2);
  });

  it('looks into folders that are made later', async () => {
    await mkdir(join(folder, 'later'));
    await changed(1);
    await save('later/agent.ts');
    await changed(2);
  });

  it('does not look at dependencies, hidden files and the data folder', async () => {
    await save('node_modules/index.js');
    await save('.env');
    await save('data/postgres.log');
    await save('agent.ts');
    await changed(1);
  });
});
