import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinEmbeddedPostgres } from './join-embedded-postgres.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
import { withDamage } from './testing/damage.ts';
import { writeNumber } from './testing/server-facts.ts';
import { makeTemporaryHome, type TemporaryHome } from './testing/temporary-home.ts';

describe('joining', () => {
  let temporary: TemporaryHome;
  let database: EmbeddedPostgres;
  beforeAll(async () => {
    temporary = await makeTemporaryHome(tmpdir());
    database = await startEmbeddedPostgres({ home: temporary.home, durability: 'off' });
  });
  afterAll(async () => {
    await database.stop();
    await temporary.remove();
  });

  it('gives the address of the running server, while its supervisor holds the lock', async () => {
    const { url } = await joinEmbeddedPostgres({ home: temporary.home });
    expect(url).toBe(database.url);
    await writeNumber(url, 1);
  });

  it('is refused without the right password', async () => {
    for (const content of ['', 'wrong']) {
      await withDamage(join(temporary.home, 'postgres.password'), content, () =>
        expect(joinEmbeddedPostgres({ home: temporary.home })).rejects.toMatchObject({
          code: 'database_password_lost',
        }),
      );
    }
  });

  it('is refused after the server has stopped, with the next step', async () => {
    await database.stop();
    await expect(joinEmbeddedPostgres({ home: temporary.home })).rejects.toMatchObject({
      code: 'no_running_server',
      message: expect.stringContaining('bulkhead dev'),
    });
  });

  it('leaves no trace where no data folder is, or an empty one', async () => {
    const folder = join(temporary.home, '..', 'empty');
    await expect(joinEmbeddedPostgres({ home: folder })).rejects.toMatchObject({ code: 'no_running_server' });
    await mkdir(folder);
    await expect(joinEmbeddedPostgres({ home: folder })).rejects.toMatchObject({ code: 'no_running_server' });
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
