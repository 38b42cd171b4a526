import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { decodeFrame, readStreams, verifyChain } from '../journal/index.ts';
import { registerWorker } from '../queue/index.ts';
import { openStore } from '../store/index.ts';
import { createTenant, KeyRing, wrappedKeysOf } from '../vault/index.ts';
import { openForImport } from './check-archive.ts';
import { importArchive } from './import-archive.ts';
import { asSource, exported, linesOf, SCHEMA } from './testing/archive-file.ts';
import { createFilledDatabase, type FilledDatabase, openOwner } from './testing/filled-database.ts';
import { sealedAgain } from './testing/sealed-again.ts';

let source: FilledDatabase;
let archive: Buffer;
beforeAll(async () => {
  source = await createFilledDatabase();
  archive = await exported(source);
});
afterAll(() => source?.drop());

let target: TestDatabase;
beforeEach(async () => {
  target = await createTestDatabase();
});
afterEach(() => target.drop());

async function bring(bytes = archive, url = target.url) {
  const { masterKey } = source;
  const opened = await openForImport(asSource(bytes), { schema: SCHEMA, masterKey });
  return importArchive({ url, archive: opened, masterKey });
}

async function asOwner<Result>(
  work: (owner: Awaited<ReturnType<typeof openOwner>>) => Promise<Result>,
): Promise<Result> {
  const owner = await openOwner(target.url);
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

const isEmpty = () =>
  asOwner(
    async (owner) =>
      (await owner.query('SELECT FROM run')).rowCount === 0 &&
      (await owner.query('SELECT FROM tenant')).rowCount === 0,
  );

/** A row as it is expected after an import: without the owner that it had. */
const released = (line: string) => {
  const read = JSON.parse(line);
  if (read.row.status === 'running') Object.assign(read.row, { status: 'queued', worker: null, epoch: null });
  return read;
};

describe('an import', () => {
  it('brings back every value of every table, to the last digit', async () => {
    expect(await bring()).toMatchObject({ resumed: 1, counts: { run: 3 } });
    const again = linesOf(await exported({ ...source, url: target.url }));
    expect(again.slice(1, -1).map((line) => JSON.parse(line))).toEqual(
      linesOf(archive).slice(1, -1).map(released),
    );
  });

  it('gives journals that can be read and verified under the same master key', async () => {
    await bring(await exported(source, true));
    const store = openStore({ url: target.url, role: 'bulkhead_worker' });
    const key = await new KeyRing(source.masterKey, wrappedKeysOf(store)).dataKey('acme', source.runs.queued);
    const frames =
      (await readStreams(store.pool, 'standard', [source.runs.queued])).get(source.runs.queued) ?? [];
    verifyChain(frames);
    const [first] = frames;
    expect(first && decodeFrame(first, key)).toMatchObject([{ body: { input: 'Where is my order?' } }]);
    await store.close();
  });

  it('queues runs again that were running, and gives new workers epochs above all that it holds', async () => {
    await bring();
    await asOwner(async (owner) => {
      const { rows } = await owner.query('SELECT status, worker, epoch FROM run WHERE id = $1', [
        source.runs.running,
      ]);
      expect(rows).toEqual([{ status: 'queued', worker: null, epoch: null }]);
      expect(await registerWorker(owner, source.runs.queued, 1)).toBeGreaterThan(42);
    });
  });

  it('takes the place of the tenant that the first start of a server made', async () => {
    await asOwner(async (owner) => {
      const keys = new KeyRing(source.masterKey, {
        ofTenant: async () => (await owner.query('SELECT wrapped_key AS key FROM tenant')).rows[0]?.key,
        ofStream: async () => undefined,
      });
      await createTenant(owner, keys, { id: 'default', name: 'Default' });
    });
    await bring();
    await asOwner(async (owner) => {
      expect((await owner.query('SELECT id FROM tenant')).rows).toEqual([{ id: 'acme' }]);
    });
  });

  it('of an earlier schema leaves columns that it does not know to their defaults', async () => {
    const older = linesOf(archive).flatMap((line) => {
      const read = JSON.parse(line);
      if (read.archive !== undefined) {
        read.tables.run = read.tables.run.filter((name: string) => name !== 'host_deaths');
        delete read.tables.kill_switch;
        read.schema = 1;
      }
      if (read.table === 'run') delete read.row.host_deaths;
      return read.table === 'kill_switch' ? [] : [read];
    });
    await bring(sealedAgain(older));
    await asOwner(async (owner) => {
      expect((await owner.query('SELECT DISTINCT host_deaths FROM run')).rows).toEqual([{ host_deaths: 0 }]);
    });
  });
});

describe('an import is refused, and keeps nothing,', () => {
  it('into a database that holds anything', async () => {
    await bring();
    await expect(bring()).rejects.toMatchObject({ code: 'database_not_empty' });
  });

  it.each([
    [
      'another tenant',
      `INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ('other', 'O', gen_random_uuid(), '')`,
    ],
    ['a kill switch', `INSERT INTO kill_switch (target, reason, set_by) VALUES ('*', 'r', 'ann')`],
    [
      'a key of a stream',
      `INSERT INTO data_key (stream, tenant, wrapped) VALUES (gen_random_uuid(), 'default', '')`,
    ],
  ])('into a database that holds %s', async (_, statement) => {
    await asOwner((owner) => owner.query(statement));
    await expect(bring()).rejects.toMatchObject({ code: 'database_not_empty' });
  });

  it('while a worker holds a lease on the database, or a server is connected to it', async () => {
    await asOwner((owner) => registerWorker(owner, source.runs.queued, 60_000));
    await expect(bring()).rejects.toMatchObject({ code: 'database_in_use' });
    await asOwner((owner) => owner.query('DELETE FROM worker'));
    const store = openStore({ url: target.url, role: 'bulkhead_api' });
    await store.pool.query('SELECT 1');
    await expect(bring()).rejects.toMatchObject({ code: 'database_in_use' });
    await store.close();
    // The server of the database notices a moment later.
    await vi.waitFor(() => bring(), { timeout: 10_000 });
  });

  it.each([
    ['at a line', (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf(10, bytes.length - 2) + 1)],
    ['within a line', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.8))],
    ['within its first line', (bytes: Buffer) => bytes.subarray(0, 0)],
  ])('of a file that was cut short %s', async (_, cut) => {
    await expect(bring(cut(archive))).rejects.toMatchObject({ code: 'archive_truncated' });
    expect(await isEmpty()).toBe(true);
  });

  it('of a compressed file that was cut short', async () => {
    const compressed = await exported(source, true);
    await expect(bring(compressed.subarray(0, compressed.length - 20))).rejects.toMatchObject({
      code: 'archive_truncated',
    });
    expect(await isEmpty()).toBe(true);
  });

  it('of rows that the schema does not allow', async () => {
    const lines = linesOf(archive).map((line) => JSON.parse(line));
    const review = lines.find(({ table }) => table === 'review');
    review.row.kind = 'nonsense';
    await expect(bring(sealedAgain(lines))).rejects.toMatchObject({
      code: 'archive_broken',
      message: expect.stringContaining('"review"'),
    });
    expect(await isEmpty()).toBe(true);
  });
});
