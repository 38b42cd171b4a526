import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadMasterKey } from './master-key.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bulkhead-master-key-'));
});
afterEach(() => rm(home, { recursive: true }));

const given = randomBytes(32);

describe('the master key', () => {
  it('is the one of the environment, whatever lies in the data folder', async () => {
    await loadMasterKey({ environment: {}, home, create: true });
    const environment = { BULKHEAD_MASTER_KEY: given.toString('base64') };
    expect(await loadMasterKey({ environment, home, create: true })).toEqual(given);
  });

  it('is made once, for its owner’s eyes only, and found again', async () => {
    const made = await loadMasterKey({ environment: {}, home, create: true });
    expect(made).toHaveLength(32);
    expect((await stat(join(home, 'master.key'))).mode & 0o777).toBe(0o600);
    expect(await loadMasterKey({ environment: {}, home })).toEqual(made);
    expect(await loadMasterKey({ environment: {}, home, create: true })).toEqual(made);
  });

  it('is the same for processes that start together', async () => {
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => loadMasterKey({ environment: {}, home, create: true })),
    );
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(await readdir(home)).toEqual(['master.key']);
  });

  it('may end with a line break, as an editor leaves it', async () => {
    await writeFile(join(home, 'master.key'), `${given.toString('base64')}\n`);
    expect(await loadMasterKey({ environment: {}, home })).toEqual(given);
  });

  it.each([
    ['neither given nor to be found', { environment: {} }],
    ['not made without being asked to', { environment: {}, home: '' }],
  ])('that is %s is missed clearly', async (_, options) => {
    const asked = 'home' in options ? { ...options, home } : options;
    await expect(loadMasterKey(asked)).rejects.toMatchObject({
      code: 'missing_master_key',
      message: expect.stringContaining('BULKHEAD_MASTER_KEY'),
    });
  });

  it.each(['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64')])(
    'of another length is refused: %j',
    async (text) => {
      await expect(loadMasterKey({ environment: { BULKHEAD_MASTER_KEY: text } })).rejects.toMatchObject({
        code: 'invalid_master_key',
      });
      await writeFile(join(home, 'master.key'), text);
      const error: unknown = await loadMasterKey({ environment: {}, home }).catch((thrown) => thrown);
      expect(error).toMatchObject({
        code: 'invalid_master_key',
        message: expect.stringContaining('master.key'),
      });
    },
  );

  it('that is refused is not shown', async () => {
    const secret = randomBytes(31).toString('base64');
    const error: unknown = await loadMasterKey({ environment: { BULKHEAD_MASTER_KEY: secret } }).catch(
      (thrown) => thrown,
    );
    expect(JSON.stringify(error) + String(error)).not.toContain(secret);
  });

  it('that cannot be read is no missing one', async () => {
    // A folder in its place: what any user meets when reading fails, root too.
    await mkdir(join(home, 'master.key'));
    await expect(loadMasterKey({ environment: {}, home })).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
