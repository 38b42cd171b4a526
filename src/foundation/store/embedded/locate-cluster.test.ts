import { execFileSync } from 'node:child_process';
import { chmod, chown, lstat, mkdir, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readHomeFile } from './home-file.ts';
import { joinEmbeddedPostgres } from './join-embedded-postgres.ts';
import { identifyProcess } from './process-identity.ts';
import { findRunningServer } from './running-server.ts';
import { canReach } from './server-user.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
import { removeEmbeddedPostgres } from './testing/remove-embedded-postgres.ts';
import { readNumber, runningServer, writeNumber } from './testing/server-facts.ts';
import { killSupervisor, startSupervisor } from './testing/start-supervisor.ts';
import { makeTemporaryHome, type TemporaryHome } from './testing/temporary-home.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const nobodyCanRun =
  (await canReach(import.meta.dirname, nobody)) && (await canReach(dirname(process.execPath), nobody));

let temporary: TemporaryHome;
let home: string;
const databases: EmbeddedPostgres[] = [];

async function prepare(parent: string, mode: number): Promise<void> {
  temporary = await makeTemporaryHome(parent, mode);
  home = temporary.home;
}

async function start(folder = home, log = (_line: string) => {}): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ home: folder, durability: 'off', log });
  databases.push(database);
  return database;
}

afterEach(async () => {
  for (const database of databases.splice(0)) await database.stop();
});

const ownerOfProcess = async (pid: number) => (await stat(`/proc/${pid}`)).uid;

describe.skipIf(!isRoot)('root, under a folder that is closed to others', () => {
  beforeAll(() => prepare(homedir(), 0o700));
  afterAll(() => temporary.remove());

  it('keeps the database outside, linked from the data folder, and runs it as an account without rights', async () => {
    const first = await start();
    await writeNumber(first.url, 7);
    const outside = await readlink(join(home, 'postgres'));
    expect(outside).toMatch(/^\/var\/lib\/bulkhead\/[0-9a-f]{16}$/);
    const server = await findRunningServer(join(outside, 'data'));
    expect(await ownerOfProcess(server?.pid ?? 0)).not.toBe(0);
    expect(await joinEmbeddedPostgres({ home })).toEqual({ url: first.url });
    await first.stop();
    expect(await readNumber((await start()).url)).toBe(7);
  });

  it('is refused as long as the linked database is gone, instead of beginning with an empty one', async () => {
    await (await start()).stop();
    const outside = await readlink(join(home, 'postgres'));
    await rename(outside, `${outside}.away`);
    await expect(start()).rejects.toMatchObject({ code: 'database_missing' });
    await rename(`${outside}.away`, outside);
    await start();
  });

  it('follows a data folder that was moved', async () => {
    const { url, stop } = await start();
    await writeNumber(url, 8);
    await stop();
    const moved = join(dirname(home), 'moved');
    await rename(home, moved);
    const database = await start(moved);
    expect(await readNumber(database.url)).toBe(8);
    await database.stop();
    await rename(moved, home);
    expect(await readNumber((await start()).url)).toBe(8);
  });

  it('refuses a copied data folder, whose link still points to the database of the original', async () => {
    await (await start()).stop();
    const copy = join(dirname(home), 'copy');
    execFileSync('cp', ['-a', home, copy]);
    await expect(start(copy)).rejects.toMatchObject({
      code: 'database_of_another_home',
      message: expect.stringContaining(await realpath(home)),
    });
    await removeEmbeddedPostgres({ home: copy });
    await start();
  });

  it('begins anew after the data folder was deleted, and keeps the old database aside', async () => {
    await start();
    const outside = await readlink(join(home, 'postgres'));
    const old = await findRunningServer(join(outside, 'data'));
    await rm(home, { recursive: true });

    const log = vi.fn<(line: string) => void>();
    await start(home, log);
    expect(identifyProcess(old?.pid ?? 0)).toBeUndefined();
    const aside = (await readdir(dirname(outside))).filter((name) =>
      name.startsWith(`${outside.split('/').at(-1)}.`),
    );
    expect(aside).toHaveLength(1);
    expect(log).toHaveBeenCalledWith(expect.stringContaining(aside[0] ?? ''));
    await rm(join(dirname(outside), aside[0] ?? ''), { recursive: true });
  });
});

describe.skipIf(!isRoot)('root, under a folder that others may pass', () => {
  beforeAll(() => prepare(tmpdir(), 0o711));
  afterAll(() => temporary.remove());

  it('keeps the database in the data folder, and runs it as an account without rights', async () => {
    await start();
    expect((await lstat(join(home, 'postgres'))).isDirectory()).toBe(true);
    expect(await ownerOfProcess((await runningServer(home)).pid)).not.toBe(0);
  });

  it('says so when the folder is closed afterwards', async () => {
    await (await start()).stop();
    await chmod(home, 0o700);
    await expect(start()).rejects.toMatchObject({ code: 'home_not_accessible' });
    await chmod(home, 0o711);
  });
});

describe.skipIf(!isRoot || !nobodyCanRun)('a plain user', () => {
  beforeAll(async () => {
    await prepare(tmpdir(), 0o711);
    await mkdir(home, { mode: 0o700 });
    await chown(home, nobody.uid, nobody.gid);
  });
  afterAll(() => temporary.remove());

  it('keeps everything in the data folder, and runs the database as itself', async () => {
    const { child, report } = await startSupervisor(home, { user: nobody });
    expect(report).toMatchObject({ adopted: false });
    expect(await ownerOfProcess((await runningServer(home)).pid)).toBe(nobody.uid);
    expect((await stat(join(home, 'postgres', 'data'))).uid).toBe(nobody.uid);
    await killSupervisor(child);
  });

  it('goes on after root has run the same database, which root does as that user', async () => {
    await killSupervisor((await startSupervisor(home, { user: nobody })).child);
    const adopted = await start();
    expect(adopted.adopted).toBe(true);
    await adopted.stop();
    await (await start()).stop();

    const { child, report } = await startSupervisor(home, { user: nobody });
    expect(report).toMatchObject({ adopted: false, url: adopted.url });
    await killSupervisor(child);
    expect(await readHomeFile(join(home, 'postgres.port'))).toBe(String(adopted.port));
  });

  it('is refused a database that belongs to another user', async () => {
    await (await start()).stop();
    const data = join(home, 'postgres', 'data');
    await chown(data, 1, 1);
    const { report } = await startSupervisor(home, { user: nobody });
    expect(report).toEqual({ error: 'home_not_accessible' });
    await chown(data, nobody.uid, nobody.gid);
  });
});

describe.skipIf(!isRoot || !nobodyCanRun)('a user without a name, as in a container', () => {
  const nameless = { uid: 54_321, gid: 54_321 };
  beforeAll(async () => {
    await prepare(tmpdir(), 0o711);
    await mkdir(home, { mode: 0o700 });
    await chown(home, nameless.uid, nameless.gid);
  });
  afterAll(() => temporary.remove());

  it('is told that PostgreSQL needs one', async () => {
    const { report } = await startSupervisor(home, { user: nameless });
    expect(report).toEqual({ error: 'no_server_user' });
  });
});

describe.skipIf(isRoot)('a plain user', () => {
  beforeAll(() => prepare(tmpdir(), 0o700));
  afterAll(() => temporary.remove());

  it('keeps everything in the data folder', async () => {
    await start();
    expect((await lstat(join(home, 'postgres'))).isDirectory()).toBe(true);
    expect(await stat(join(home, 'postgres', 'data'))).toMatchObject({ uid: process.getuid?.() });
  });
});
