import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from './owner-connection.ts';
import { identifyProcess } from './process-identity.ts';
import type { Durability } from './server-settings.ts';
import { chooseServerUser } from './server-user.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
import { readNumber, runningServer, writeNumber } from './testing/server-facts.ts';
import { killSupervisor, startSupervisor } from './testing/start-supervisor.ts';
import { makeTemporaryHome, type TemporaryHome } from './testing/temporary-home.ts';

let temporary: TemporaryHome;
let home: string;
const databases: EmbeddedPostgres[] = [];

beforeAll(async () => {
  temporary = await makeTemporaryHome(tmpdir());
  home = temporary.home;
  await (await startEmbeddedPostgres({ home, durability: 'off' })).stop();
});
afterAll(() => temporary.remove());
afterEach(async () => {
  for (const database of databases.splice(0)) await database.stop();
});

async function start(): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ home });
  databases.push(database);
  return database;
}

async function startElsewhere(
  durability: Durability = 'full',
): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const { child, report } = await startSupervisor(home, { durability });
  if ('error' in report) throw new Error(report.error);
  return { child, url: report.url, pid: (await runningServer(home)).pid };
}

describe('a server whose supervisor was killed', () => {
  it('is adopted with its open connections, and never doubled', async () => {
    const { child, url, pid } = await startElsewhere();
    const client = new pg.Client(url);
    await client.connect();
    await killSupervisor(child);

    expect(await start()).toMatchObject({ adopted: true, url });
    expect((await runningServer(home)).pid).toBe(pid);
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it('is stopped by whoever adopted it', async () => {
    const { child, pid } = await startElsewhere();
    await killSupervisor(child);
    await (await start()).stop();
    expect(identifyProcess(pid)).toBeUndefined();
  });

  it('survives the Ctrl-C that ended its supervisor', async () => {
    const { child } = await startElsewhere();
    if (child.pid === undefined) throw new Error('no supervisor');
    process.kill(-child.pid, 'SIGINT');
    await once(child, 'exit');
    expect((await start()).adopted).toBe(true);
  });

  it('is replaced when it was killed as well, and nothing that was committed is lost', async () => {
    const { child, url, pid } = await startElsewhere();
    await writeNumber(url, 8);
    await killSupervisor(child);
    process.kill(pid, 'SIGKILL');
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(await readNumber(database.url)).toBe(8);
  });

  it('is waited for when it is just stopping', async () => {
    const { child, pid } = await startElsewhere();
    await killSupervisor(child);
    process.kill(pid, 'SIGINT');
    await withConnection((await start()).url, (client) => client.query('SELECT 1'));
  });

  it('is replaced when it runs without the durability that is asked for', async () => {
    const { child, pid } = await startElsewhere('off');
    await killSupervisor(child);
    const { adopted, url } = await start();
    expect(adopted).toBe(false);
    expect(identifyProcess(pid)).toBeUndefined();
    const { rows } = await withConnection(url, (client) => client.query('SHOW fsync'));
    expect(rows).toEqual([{ fsync: 'on' }]);
  });
});

describe('a notice of a server that is not ours', () => {
  it('is not believed: the stranger is neither adopted nor touched', async () => {
    // It runs as the account of the server: of other accounts PostgreSQL itself would know better.
    const stranger = spawn('sleep', ['600'], { ...(await chooseServerUser()), stdio: 'ignore' });
    const pid = stranger.pid ?? 0;
    const data = join(home, 'postgres', 'data');
    await writeFile(join(data, 'postmaster.pid'), `${pid}\n${data}\n1\n5432\n\n127.0.0.1\n1 1\nready\n`);

    const database = await start();
    expect(database.adopted).toBe(false);
    expect((await runningServer(home)).pid).not.toBe(pid);
    await database.stop();
    expect(identifyProcess(pid)).toBeDefined();
    stranger.kill();
  });

  it('is not needed: another cluster that took the recorded port is neither adopted nor touched', async () => {
    const before = await start();
    await writeNumber(before.url, 5);
    await before.stop();
    const other = await makeTemporaryHome(tmpdir());
    await mkdir(other.home, { mode: 0o711 });
    await writeFile(join(other.home, 'postgres.port'), String(before.port));
    const stranger = await startEmbeddedPostgres({ home: other.home, durability: 'off' });
    expect(stranger.port).toBe(before.port);
    const { pid } = await runningServer(other.home);

    const database = await start();
    expect(database.adopted).toBe(false);
    expect(database.port).not.toBe(stranger.port);
    expect(await readNumber(database.url)).toBe(5);
    await database.stop();
    expect((await runningServer(other.home)).pid).toBe(pid);
    await stranger.stop();
    await other.remove();
  });

  it('with the number of another cluster’s server is not believed either', async () => {
    await (await start()).stop();
    const other = await makeTemporaryHome(tmpdir());
    const stranger = await startEmbeddedPostgres({ home: other.home, durability: 'off' });
    const { pid } = await runningServer(other.home);
    const data = join(home, 'postgres', 'data');
    const place = `${pid}\n${data}\n1\n${stranger.port}\n\n127.0.0.1\n1 1\nready\n`;
    await writeFile(join(data, 'postmaster.pid'), place);

    const database = await start();
    expect(database).toMatchObject({ adopted: false });
    expect((await runningServer(home)).pid).not.toBe(pid);
    await database.stop();
    await writeNumber(stranger.url, 1);
    await stranger.stop();
    await other.remove();
  });

  it('is not believed in a copy of a folder whose server runs', async () => {
    const other = await makeTemporaryHome(tmpdir());
    const otherDatabase = await startEmbeddedPostgres({ home: other.home, durability: 'off' });
    const notice = await readFile(join(other.home, 'postgres', 'data', 'postmaster.pid'));
    await writeFile(join(home, 'postgres', 'data', 'postmaster.pid'), notice);

    const database = await start();
    expect(database.adopted).toBe(false);
    expect(database.port).not.toBe(otherDatabase.port);
    await database.stop();
    await writeNumber(otherDatabase.url, 1);
    await otherDatabase.stop();
    await other.remove();
  });
});
