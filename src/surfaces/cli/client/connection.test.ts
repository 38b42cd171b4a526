import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findConnection } from './connection.ts';

describe('the connection', () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'bulkhead-connection-'));
    await writeFile(join(home, 'dev.key'), 'bh_dev\n');
  });
  afterAll(() => rm(home, { recursive: true }));

  it('is to this machine, with the key of `bulkhead dev`', async () => {
    const found = await findConnection({ BULKHEAD_HOME: home }, '/');
    expect(found).toMatchObject({ url: 'http://127.0.0.1:7460', key: 'bh_dev' });
  });

  it('is to the port of BULKHEAD_PORT', async () => {
    const { url } = await findConnection({ BULKHEAD_PORT: '8080' }, '/nowhere');
    expect(url).toBe('http://127.0.0.1:8080');
  });

  it('prefers the key that the environment has', async () => {
    const { key } = await findConnection({ BULKHEAD_HOME: home, BULKHEAD_API_KEY: 'bh_mine' }, '/');
    expect(key).toBe('bh_mine');
  });

  it('keeps the key of this machine to this machine', async () => {
    const environment = { BULKHEAD_HOME: home, BULKHEAD_URL: 'https://bulkhead.example.com/' };
    const { url, key } = await findConnection(environment, '/');
    expect(url).toBe('https://bulkhead.example.com');
    expect(key).toBeUndefined();
  });

  it('has no key where there is none, and knows where it looked', async () => {
    const { key, keyPlace } = await findConnection({}, '/nowhere');
    expect(key).toBeUndefined();
    expect(keyPlace).toContain('/nowhere/.bulkhead/dev.key');
  });

  it('tells a key that cannot be read from one that is not there', async () => {
    await mkdir(join(home, 'folder', 'dev.key'), { recursive: true });
    const { key, keyPlace } = await findConnection({ BULKHEAD_HOME: join(home, 'folder') }, '/');
    expect(key).toBeUndefined();
    expect(keyPlace).toContain('dev.key cannot be read (EISDIR)');
  });

  it.each(['localhost:7460', 'ftp://here', 'nonsense'])('refuses the address %j', async (url) => {
    await expect(findConnection({ BULKHEAD_URL: url }, '/')).rejects.toMatchObject({ code: 'invalid_url' });
  });
});
