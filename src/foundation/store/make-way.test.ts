import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { registerWorker, releaseLease } from '../queue/worker-lease.ts';
import { openStore, type Store } from './connect.ts';
import { knownSchema, migrate } from './migrate.ts';
import { findUnreadable } from './schema-migration.ts';

const own = fileURLToPath(new URL('./migrations', import.meta.url));

let database: TestDatabase;
let directory: string;
let owner: pg.Pool;
let old: Store;
let known: number;
beforeEach(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ connectionString: database.url, max: 2 });
  directory = await mkdtemp(join(tmpdir(), 'bulkhead-newer-'));
  await cp(own, directory, { recursive: true });
  known = await knownSchema(own);
  old = openStore({ url: database.url, role: 'bulkhead_worker', schema: known });
});
afterEach(async () => {
  await old.close();
  await owner.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

const three = (number: number) => String(number).padStart(3, '0');
const newer = (text: string) => writeFile(join(directory, `${three(known + 1)}_newer.sql`), text);
const oldWorker = async (lease = 60_000) => {
  const worker = randomUUID();
  return { worker, epoch: await registerWorker(old.pool, worker, lease) };
};
const bring = (patience?: number) =>
  migrate(database.url, { directory, ...(patience === undefined ? {} : { patience }) });
const columns = async () =>
  (await owner.query(`SELECT FROM information_schema.columns WHERE column_name = 'novelty'`)).rowCount;

describe('a migration that older code can read', () => {
  beforeEach(() => newer(`-- Readable from ${three(known)}.\nALTER TABLE run ADD COLUMN novelty text;`));

  it('asks no worker to go', async () => {
    await oldWorker();
    expect(await bring(0)).toEqual({ applied: [`${three(known + 1)}_newer.sql`], number: known + 1 });
    expect(await findUnreadable(old.pool, known)).toBeUndefined();
  });

  it('lets a process of that older code start', async () => {
    await bring();
    expect(await migrate(database.url, { directory: own })).toEqual({ applied: [], number: known });
  });

  it('stops code that is older still', async () => {
    await bring();
    expect(await findUnreadable(old.pool, known - 1)).toMatchObject({ code: 'schema_too_new' });
  });
});

describe('a migration that older code cannot read', () => {
  beforeEach(() => newer('ALTER TABLE run ADD COLUMN novelty text;'));

  it('is announced, and waits until every older worker has ended its lease', async () => {
    const lease = await oldWorker();
    const brought = bring();
    await expect
      .poll(() => findUnreadable(old.pool, known))
      .toMatchObject({
        code: 'schema_too_new',
        details: { database: known + 1, known },
      });
    expect(await columns()).toBe(0);
    await releaseLease(old.pool, lease);
    expect(await brought).toMatchObject({ number: known + 1 });
    expect(await columns()).toBe(1);
  });

  it('lets no older process start, from its announcement on', async () => {
    const lease = await oldWorker();
    const brought = bring();
    await expect.poll(() => findUnreadable(old.pool, known)).toBeDefined();
    const start = () => migrate(database.url, { directory: own });
    await expect(start()).rejects.toMatchObject({ code: 'schema_too_new' });
    await releaseLease(old.pool, lease);
    await brought;
    await expect(start()).rejects.toMatchObject({
      code: 'schema_too_new',
      message: expect.stringContaining('Run the version of Bulkhead that made it, or a later one.'),
    });
  });

  it('gives up after a while, changes nothing, and lets older processes start again', async () => {
    await oldWorker();
    await expect(bring(0)).rejects.toMatchObject({
      code: 'workers_not_stopped',
      retryable: true,
      message: expect.stringContaining('1 of them did not stop'),
    });
    expect(await columns()).toBe(0);
    expect(await migrate(database.url, { directory: own })).toEqual({ applied: [], number: known });
  });

  it('does not wait for workers that are dead, or that know it', async () => {
    await oldWorker(-1);
    const current = openStore({ url: database.url, role: 'bulkhead_worker', schema: known + 1 });
    await registerWorker(current.pool, randomUUID(), 60_000);
    await current.close();
    expect(await bring(0)).toMatchObject({ number: known + 1 });
  });

  it('whose announcer died counts for nothing a minute later', async () => {
    await owner.query(
      `INSERT INTO schema_migration (number, name, checksum, readable_from, announced_at, applied_at)
       VALUES ($1, 'x', 'y', $1, now() - interval '61 seconds', NULL)`,
      [known + 1],
    );
    expect(await findUnreadable(old.pool, known)).toBeUndefined();
    expect(await bring()).toMatchObject({ number: known + 1 });
  });

  it('that fails lets older processes start again', async () => {
    await newer('ALTER TABLE nonsense ADD COLUMN novelty text;');
    await expect(bring()).rejects.toMatchObject({ code: 'migration_failed' });
    expect(await migrate(database.url, { directory: own })).toEqual({ applied: [], number: known });
  });
});

it('a declaration of a number that is not before its own is refused', async () => {
  await newer(`-- Readable from ${three(known + 2)}.\nSELECT 1;`);
  await expect(bring()).rejects.toMatchObject({ code: 'migration_invalid' });
});
