import { once } from 'node:events';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { joinEmbeddedPostgres } from './join-embedded-postgres.ts';
import { withConnection } from './owner-connection.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
import { withDamage } from './testing/damage.ts';
import { readNumber, runningServer, writeNumber } from './testing/server-facts.ts';
import { killSupervisor, startSupervisor } from './testing/start-supervisor.ts';
import { makeTemporaryHome, type TemporaryHome } from './testing/temporary-home.ts';

describe('the first start', () => {
  let temporary: TemporaryHome;
  let database: EmbeddedPostgres;

  beforeAll(async () => {
    temporary = await makeTemporaryHome(tmpdir());
    database = await startEmbeddedPostgres({ home: temporary.home });
  });
  afterAll(async () => {
    await database.stop();
    await temporary.remove();
  });

  it('creates a database that waits for the disk and listens on the loopback address alone', async () => {
    expect(database.adopted).toBe(false);
    const { rows } = await withConnection(database.url, (client) =>
      client.query(
        `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
                current_setting('listen_addresses') AS addresses,
                current_setting('unix_socket_directories') AS sockets,
                current_setting('server_encoding') AS encoding, current_database() AS name`,
      ),
    );
    const disk = { fsync: 'on', commit: 'on' };
    expect(rows).toEqual([
      { ...disk, addresses: '127.0.0.1', sockets: '', encoding: 'UTF8', name: 'bulkhead' },
    ]);
  });

  it('lets nobody in without the password', async () => {
    for (const name of ['bulkhead', 'postgres', 'template1']) {
      const stranger = `postgres://bulkhead:guess@127.0.0.1:${database.port}/${name}`;
      const visit = withConnection(stranger, (client) => client.query('SELECT 1'));
      await expect(visit).rejects.toMatchObject({ code: '28P01' });
    }
  });

  it('stores the password as a salted hash, and in a file that only the owner of the folder can read', async () => {
    const { rows } = await withConnection(database.url, (client) =>
      client.query('SELECT rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL'),
    );
    expect(rows).toEqual([{ rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$/) }]);
    expect((await stat(join(temporary.home, 'postgres.password'))).mode & 0o777).toBe(0o600);
  });

  it('writes a log that says what happened, and never the text of a statement that failed', async () => {
    const failing = withConnection(database.url, (client) => client.query(`SELECT 1 / 0 AS secret_4711`));
    await expect(failing).rejects.toThrow('division by zero');
    const log = await readFile(join(temporary.home, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).toContain('division by zero');
    expect(log).not.toContain('secret_4711');
  });

  it('is refused to a second supervisor of the same process', async () => {
    const second = startEmbeddedPostgres({ home: temporary.home });
    await expect(second).rejects.toMatchObject({ code: 'home_in_use', details: { pid: process.pid } });
  });
});

describe('a later start', () => {
  let temporary: TemporaryHome;
  let home: string;
  let data: string;
  const databases: EmbeddedPostgres[] = [];

  beforeAll(async () => {
    temporary = await makeTemporaryHome(tmpdir());
    home = temporary.home;
    data = join(home, 'postgres', 'data');
    await (await startEmbeddedPostgres({ home, durability: 'off' })).stop();
  });
  afterAll(() => temporary.remove());
  afterEach(async () => {
    for (const database of databases.splice(0)) await database.stop();
  });

  async function start(options: { log?: (line: string) => void } = {}): Promise<EmbeddedPostgres> {
    const database = await startEmbeddedPostgres({ home, ...options });
    databases.push(database);
    return database;
  }

  it('finds the data again under the same address', async () => {
    const first = await start();
    await writeNumber(first.url, 7);
    await Promise.all([first.stop(), first.stop()]);
    const second = await start();
    expect(second).toMatchObject({ adopted: false, url: first.url });
    expect(await readNumber(second.url)).toBe(7);
  });

  it('moves to another port when its own was taken meanwhile, and stays there', async () => {
    const first = await start();
    await first.stop();
    const intruder = createServer().listen(first.port, '127.0.0.1');
    await once(intruder, 'listening');
    const second = await start();
    expect(second.port).not.toBe(first.port);
    await second.stop();
    intruder.close();
    expect((await start()).port).toBe(second.port);
  });

  it('is refused while another process supervises the folder', async () => {
    const { child } = await startSupervisor(home);
    await expect(start()).rejects.toMatchObject({ code: 'home_in_use', details: { pid: child.pid } });
    await killSupervisor(child);
  });

  it('brings back a server that ends unasked, on the same port', async () => {
    const log = vi.fn<(line: string) => void>();
    const { url } = await start({ log });
    await writeNumber(url, 9);
    const { pid } = await runningServer(home);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readNumber(url).catch(() => undefined), { timeout: 15_000 }).toBe(9);
    expect((await runningServer(home)).pid).not.toBe(pid);
    expect(log).toHaveBeenCalledWith(expect.stringContaining(`process ${pid}) ended unasked`));
  });

  it('creates the database of the application when an earlier start was cut short before it', async () => {
    const { url, stop } = await start();
    const maintenance = new URL(url);
    maintenance.pathname = '/postgres';
    await withConnection(maintenance.href, (client) => client.query('DROP DATABASE bulkhead'));
    await stop();
    await writeNumber((await start()).url, 1);
  });

  it('is refused when the password is gone or wrong, and leaves no server behind', async () => {
    for (const content of ['', 'wrong']) {
      await withDamage(join(home, 'postgres.password'), content, () =>
        expect(start()).rejects.toMatchObject({ code: 'database_password_lost' }),
      );
    }
    await expect(joinEmbeddedPostgres({ home })).rejects.toMatchObject({ code: 'no_running_server' });
  });

  it('is refused with the last words of the server when its data is damaged', async () => {
    const message = expect.stringContaining('pg_control');
    await withDamage(join(data, 'global', 'pg_control'), 'damaged', () =>
      expect(start()).rejects.toMatchObject({ code: 'database_did_not_start', message }),
    );
  });

  it('is refused when its data has lost its version file, rather than written over', async () => {
    const message = expect.stringContaining('PG_VERSION');
    await rename(join(data, 'PG_VERSION'), join(data, 'PG_VERSION.lost'));
    await expect(start()).rejects.toMatchObject({ code: 'database_did_not_start', message });
    await rename(join(data, 'PG_VERSION.lost'), join(data, 'PG_VERSION'));
  });

  it('is refused when another major version of PostgreSQL wrote the data, then possible with the right one', async () => {
    await withDamage(join(data, 'PG_VERSION'), '15\n', () =>
      expect(start()).rejects.toMatchObject({
        code: 'database_wrong_major',
        message: expect.stringContaining('DATABASE_URL'),
        details: { stored: 15, installed: 18 },
      }),
    );
    await start();
  });
});

it('a data folder in whose place a file stands is refused', async () => {
  const temporary = await makeTemporaryHome(tmpdir());
  await mkdir(temporary.home);
  const home = join(temporary.home, 'file');
  await writeFile(home, '');
  await expect(startEmbeddedPostgres({ home })).rejects.toMatchObject({ code: 'home_not_accessible' });
  await temporary.remove();
});
