import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../src/foundation/store/embedded/index.ts';
import { withConnection } from '../database/connection.ts';
import { createTestDatabase } from '../database/index.ts';
import { run, Up } from './command-line.ts';
import { makePlace, type Place } from './place.ts';

const program = fileURLToPath(new URL('../../bin/bulkhead.js', import.meta.url));

let place: Place;
beforeAll(async () => {
  place = await makePlace();
  // An installation that has recorded something: the key of `keys create` and its entry in the journal.
  const server = new Up(place, 'server');
  await server.untilLine(/The API is up/);
  await run(place, 'keys', 'create', 'ci', '--role', 'developer');
  await server.end();
}, 60_000);
afterAll(() => place?.remove());

const inFolder = (name: string) => join(place.folder, name);
const withEnvironment = (more: Record<string, string>): Place => ({
  ...place,
  environment: { ...place.environment, ...more },
});
const keysOf = (url: string) =>
  withConnection(url, async (client) => (await client.query('SELECT name FROM api_key')).rows);
const rowsOf = async (file: string) =>
  gunzipSync(await readFile(inFolder(file)))
    .toString()
    .split('\n')
    .slice(1, -2);

describe('an installation', () => {
  it('moves from the embedded PostgreSQL to a server and back, and is the same', async () => {
    expect(await run(place, 'export', 'first.jsonl.gz')).toMatchObject({ code: 0 });

    const server = await createTestDatabase();
    const masterKey = (await readFile(join(place.home, 'master.key'), 'utf8')).trim();
    const there = withEnvironment({ DATABASE_URL: server.url, BULKHEAD_MASTER_KEY: masterKey });
    expect(await run(there, 'import', 'first.jsonl.gz')).toMatchObject({ code: 0 });
    expect(await keysOf(server.url)).toEqual([{ name: 'ci' }]);
    expect(await run(there, 'export', 'second.jsonl.gz')).toMatchObject({ code: 0 });
    await server.drop();

    const back = await makePlace();
    await cp(inFolder('second.jsonl.gz'), join(back.folder, 'second.jsonl.gz'));
    const without = await run(back, 'import', 'second.jsonl.gz');
    expect(without).toMatchObject({ code: 1, error: expect.stringContaining(join(back.home, 'master.key')) });
    const again = { ...back, environment: { ...back.environment, BULKHEAD_MASTER_KEY: masterKey } };
    expect(await run(again, 'import', 'second.jsonl.gz')).toMatchObject({ code: 0 });
    expect(await run(again, 'export', 'third.jsonl.gz')).toMatchObject({ code: 0 });
    await cp(join(back.folder, 'third.jsonl.gz'), inFolder('third.jsonl.gz'));
    await back.remove();

    expect(await rowsOf('second.jsonl.gz')).toEqual(await rowsOf('first.jsonl.gz'));
    expect(await rowsOf('third.jsonl.gz')).toEqual(await rowsOf('first.jsonl.gz'));
  }, 90_000);

  it('is exported while its server runs, and not imported into', async () => {
    const server = new Up(place, 'server');
    await server.untilLine(/The API is up/);
    expect(await run(place, 'export', 'live.jsonl')).toMatchObject({ code: 0 });
    expect(await run(place, 'import', 'live.jsonl')).toMatchObject({
      code: 1,
      error: expect.stringContaining('is in use by process'),
    });
    await server.end();
  }, 60_000);

  it('is told what to do when another major version of PostgreSQL wrote its data, in commands that work', async () => {
    const version = join(place.home, 'postgres', 'data', 'PG_VERSION');
    const written = await readFile(version, 'utf8');
    await writeFile(version, '17\n');
    const refused = await run(place, 'server');
    expect(refused.code).toBe(1);
    const commands = [...refused.error.matchAll(/`([^`]+)`/g)].map(([, command]) => command ?? '');
    expect(commands).toHaveLength(3);

    // The first is given to the version of Bulkhead that wrote the data, for which it is no other major.
    const [first = '', ...rest] = commands;
    await writeFile(version, written);
    await shell(first);
    await writeFile(version, '17\n');
    for (const command of rest) await shell(command);

    const database = await startEmbeddedPostgres({ home: place.home });
    expect(await keysOf(database.url)).toEqual([{ name: 'ci' }]);
    await database.stop();
  }, 90_000);

  it('that is being imported keeps nothing when the process is killed in the middle', async () => {
    await run(place, 'export', 'whole.jsonl');
    const target = await createTestDatabase();
    const masterKey = (await readFile(join(place.home, 'master.key'), 'utf8')).trim();
    const { environment } = withEnvironment({ DATABASE_URL: target.url, BULKHEAD_MASTER_KEY: masterKey });
    const child = spawn(process.execPath, [program, 'import', '-'], {
      cwd: place.folder,
      env: environment,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const bytes = await readFile(inFolder('whole.jsonl'));
    child.stdin.write(bytes.subarray(0, bytes.lastIndexOf(10, bytes.length - 2) + 1));
    const inserted = () =>
      withConnection(target.url, async (client) => {
        const { rows } = await client.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
             AND application_name = 'bulkhead archive' AND state = 'idle in transaction' AND query LIKE 'INSERT%'`,
        );
        return rows.length;
      });
    await expect.poll(inserted, { timeout: 20_000 }).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await keysOf(target.url)).toEqual([]);
    expect(await run({ ...place, environment }, 'import', 'whole.jsonl')).toMatchObject({ code: 0 });
    expect(await keysOf(target.url)).toEqual([{ name: 'ci' }]);
    await target.drop();
  }, 60_000);
});

/** Gives a command as a person would, with `bulkhead` in the path. */
async function shell(command: string): Promise<void> {
  const { PATH = '', BULKHEAD_PORT = '', HOME = '' } = place.environment;
  const child = spawn('sh', ['-c', `bulkhead() { "${process.execPath}" "${program}" "$@"; }; ${command}`], {
    cwd: place.folder,
    env: { PATH, BULKHEAD_PORT, HOME },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let error = '';
  child.stderr.on('data', (text) => {
    error += text;
  });
  const [code] = await once(child, 'close');
  expect({ command, code, error: code === 0 ? '' : error }).toEqual({ command, code: 0, error: '' });
}
