import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/database/index.ts';
import { exportArchive } from './export-archive.ts';
import { exported, linesOf, SCHEMA } from './testing/archive-file.ts';
import { createFilledDatabase, type FilledDatabase } from './testing/filled-database.ts';

let database: FilledDatabase;
beforeAll(async () => {
  database = await createFilledDatabase();
});
afterAll(() => database?.drop());

describe('an export', () => {
  it('is a header, a line a row in an order that can be imported, and an end with the counts', async () => {
    const lines = linesOf(await exported(database)).map((line) => JSON.parse(line));
    const [header, ...rows] = lines;
    const end = rows.pop();
    expect(header).toMatchObject({ archive: 'bulkhead', format: 1, schema: expect.any(Number) });
    const order = Object.keys(header.tables);
    const places = rows.map(({ table }) => order.indexOf(table));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(end).toMatchObject({ end: 'bulkhead', counts: { tenant: 1, run: 3, run_subject: 3, frame: 29 } });
    expect(rows).toHaveLength(Object.values<number>(end.counts).reduce((sum, count) => sum + count));
  });

  it('is the same compressed', async () => {
    const [plain, compressed] = [await exported(database), await exported(database, true)];
    expect(compressed.length).toBeLessThan(plain.length);
    expect(linesOf(gunzipSync(compressed)).slice(1, -1)).toEqual(linesOf(plain).slice(1, -1));
  });

  it('holds no master key, and nothing of what the key seals', async () => {
    const archive = (await exported(database)).toString();
    expect(archive).not.toContain(database.masterKey.toString('base64').slice(0, 20));
    expect(archive).not.toContain(database.masterKey.toString('hex').slice(0, 20));
    expect(archive).not.toContain('Where is my order?');
  });

  it('sees one moment, whatever is written meanwhile', async () => {
    const before = linesOf(await exported(database)).slice(1, -1);
    const pieces: Buffer[] = [];
    const { Writable } = await import('node:stream');
    const to = new Writable({
      highWaterMark: 1,
      write: (piece: Buffer, _, done) => {
        pieces.push(piece);
        const meanwhile = database.owner.query(
          `INSERT INTO idempotency_key (tenant, key, request_hash) VALUES ('acme', gen_random_uuid()::text, '')`,
        );
        meanwhile.then(() => done(), done);
      },
    });
    await exportArchive({ ...database, schema: SCHEMA, to, gzip: false });
    expect(linesOf(Buffer.concat(pieces)).slice(1, -1)).toEqual(before);
    await database.owner.query(`DELETE FROM idempotency_key WHERE request_hash = ''`);
  });

  it('is refused under a master key that opens nothing in the database', async () => {
    await expect(exported({ url: database.url, masterKey: randomBytes(32) })).rejects.toMatchObject({
      code: 'seal_broken',
    });
  });

  it('is refused to a login from which anything is hidden', async () => {
    const address = new URL(database.url);
    address.searchParams.set('options', '-c role=bulkhead_worker');
    await expect(exported({ ...database, url: address.href })).rejects.toMatchObject({
      code: 'not_the_owner',
      message: expect.stringContaining('Use the login that owns the database'),
    });
  });

  it('is refused where a later version has changed the schema', async () => {
    const { Writable } = await import('node:stream');
    const to = new Writable({ write: (_piece, _encoding, done) => done() });
    await expect(exportArchive({ ...database, schema: 0, to, gzip: false })).rejects.toMatchObject({
      code: 'schema_too_new',
      message: expect.stringContaining('knows only 0'),
    });
  });

  it('is refused where no installation is', async () => {
    const empty = await createTestDatabase();
    const owner = database.owner;
    const name = new URL(empty.url).pathname.slice(1);
    await owner.query(`DROP DATABASE "${name}"`);
    await owner.query(`CREATE DATABASE "${name}"`);
    await expect(exported({ ...database, url: empty.url })).rejects.toMatchObject({
      code: 'no_installation',
    });
    await empty.drop();
  });
});

describe('a broken chain ends the export, and is named', () => {
  const frame = 5;
  const damage = (change: string) =>
    database.owner.query(`UPDATE frame SET ${change} WHERE stream = $1 AND frame = $2`, [
      database.runs.ended,
      frame,
    ]);
  const restored = async (columns: string, during: () => Promise<void>) => {
    const where = 'WHERE stream = $1 AND frame = $2';
    const { rows } = await database.owner.query(`SELECT * FROM frame ${where}`, [database.runs.ended, frame]);
    const row = rows[0];
    await damage(columns);
    await during().finally(() =>
      database.owner.query(
        `UPDATE frame SET meta = $3, bodies = $4, epoch = $5, previous = $6, frame = $2
        WHERE stream = $1 AND frame IN ($2, 100)`,
        [database.runs.ended, frame, row.meta, row.bodies, row.epoch, row.previous],
      ),
    );
  };

  it.each([
    ['a fact', `meta = replace(meta, '"ok"', '"no"')`],
    ['a content', `bodies = '\\x01'`],
    ['an owner', 'epoch = 43'],
    ['what it follows', `previous = '\\x00'`],
    ['a missing frame', 'frame = 100'],
  ])('%s', async (_, change) => {
    await restored(change, () =>
      expect(exported(database)).rejects.toMatchObject({
        code: 'journal_broken',
        details: { stream: database.runs.ended, frame },
        message: expect.stringContaining(`stream ${database.runs.ended} is broken at frame ${frame}`),
      }),
    );
    await exported(database);
  });
});
