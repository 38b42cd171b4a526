import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownSchema, migrate } from '../../src/foundation/store/migrate.ts';
import { type RunningServer, startServer } from '../../src/surfaces/server.ts';
import { withConnection } from '../database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../database/index.ts';
import { buildProject } from '../world/build-project.ts';
import { Client } from '../world/client.ts';

const own = fileURLToPath(new URL('../../src/foundation/store/migrations', import.meta.url));
const three = (number: number) => String(number).padStart(3, '0');

/** Twenty recorded steps, with time for others to change the schema in between. */
const PROJECT = `
import { workflow } from 'bulkhead';
import { z } from 'zod';
export const count = workflow({
  name: 'count',
  inputSchema: z.object({}),
  run: async (_, context) => {
    let sum = 0;
    for (let step = 1; step <= 20; step += 1) {
      sum += await context.memo('step', async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return step;
      });
    }
    return sum;
  },
});
`;

let database: TestDatabase;
let folder: string;
let known: number;
let environment: Record<string, string>;
const servers: RunningServer[] = [];
const said: { level: string; message: string }[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-schema-'));
  known = await knownSchema(own);
  await cp(own, join(folder, 'migrations'), { recursive: true });
  environment = {
    DATABASE_URL: database.url,
    BULKHEAD_MASTER_KEY: randomBytes(32).toString('base64'),
  };
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  said.splice(0);
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const directory = () => join(folder, 'migrations');
const writeNewer = (text: string) => writeFile(join(directory(), `${three(known + 1)}_newer.sql`), text);

async function start(migrations = own): Promise<{ server: RunningServer; client: Client }> {
  const server = await startServer({
    environment,
    home: folder,
    api: true,
    worker: true,
    dev: true,
    port: 0,
    migrations,
    log: (level, message) => said.push({ level, message }),
  });
  servers.push(server);
  return { server, client: new Client(String(server.url), String(server.devKey)) };
}

describe('a worker that is at work while a newer version brings the database forward', () => {
  it('goes on when the migration only adds what it does not mind', async () => {
    const { client, server } = await start();
    await client.deploy(await buildProject(PROJECT));
    const run = await client.submit('count', {});
    await client.until(run, ['running']);
    await writeNewer(`-- Readable from ${three(known)}.
      ALTER TABLE run ADD COLUMN novelty text NOT NULL DEFAULT 'none';
      CREATE TABLE novelty (id int);`);
    expect(await migrate(database.url, { directory: directory() })).toMatchObject({ number: known + 1 });
    expect(await client.until(run)).toMatchObject({ status: 'succeeded', output: 210, error: null });
    expect(await client.run('count', {})).toMatchObject({ status: 'succeeded', output: 210 });
    await server.stop();
    // Also one that starts with the older code: a rollout goes back and forth.
    const again = await start();
    expect(await again.client.run('count', {})).toMatchObject({ status: 'succeeded', output: 210 });
  }, 60_000);

  it('hands its runs back and stops by itself when it could not live with it, and the newer one finishes them', async () => {
    const { client, server } = await start();
    await client.deploy(await buildProject(PROJECT));
    const run = await client.submit('count', {});
    await client.until(run, ['running']);
    // Of old code every insert would fail.
    await writeNewer(`ALTER TABLE frame ADD COLUMN novelty text NOT NULL DEFAULT 'old';
      ALTER TABLE frame ALTER COLUMN novelty DROP DEFAULT;`);
    const brought = migrate(database.url, { directory: directory() });
    const outdated = await server.outdated;
    expect(outdated).toMatchObject({
      code: 'schema_too_new',
      message: `The database has the schema ${known + 1} (${three(known + 1)}_newer.sql), and this version of Bulkhead knows only ${known}. Run the version of Bulkhead that made it, or a later one.`,
    });
    expect(said.filter(({ message }) => message === outdated.message)).toHaveLength(1);
    expect(said.filter(({ level }) => level === 'error')).toHaveLength(1);
    await brought;
    const { rows } = await withConnection(database.url, (owner) =>
      owner.query('SELECT status, worker FROM run WHERE id = $1', [run]),
    );
    expect(rows).toEqual([{ status: 'queued', worker: null }]);
    await expect(start()).rejects.toMatchObject({ code: 'schema_too_new' });

    // The newer code fills the column; here its database does.
    await withConnection(database.url, (owner) =>
      owner.query(`ALTER TABLE frame ALTER COLUMN novelty SET DEFAULT 'new'`),
    );
    const newer = await start(directory());
    expect(await newer.client.until(run)).toMatchObject({ status: 'succeeded', output: 210 });
  }, 60_000);
});
