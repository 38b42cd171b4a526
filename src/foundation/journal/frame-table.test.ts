import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTenant, openStore, type Store } from '../store/index.ts';
import { commitFrames } from './commit.ts';
import { encodeFrame, type FrameRow, GENESIS } from './frame.ts';
import { fact, stamped } from './testing/entries.ts';
import { newStream, openTestJournal, type TestJournal } from './testing/open-test-journal.ts';

let journal: TestJournal;
let api: Store;
beforeAll(async () => {
  journal = await openTestJournal();
  api = openStore({ url: journal.url, role: 'bulkhead_api', connections: 2 });
  await journal.owner.query(
    `INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ('other', 'Other', $1, '')`,
    [uuidv7()],
  );
});
afterAll(async () => {
  await api?.close();
  await journal?.drop();
});

const frameOf = (stream = newStream(), frame = 0): FrameRow =>
  encodeFrame(stream, { frame, previous: GENESIS, epoch: 1 }, [stamped(fact('a'))]);

const INSERT = `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta)
  VALUES ($1, $2, $3, $4, 1, $5, $5, '[]')`;
const valuesOf = (row: FrameRow) => [row.class, row.stream, row.frame, row.tenant, GENESIS];

/** How many of them are in the table. */
async function countOf(rows: FrameRow[]): Promise<number | null> {
  const streams = rows.map(({ stream }) => stream);
  return (await journal.owner.query('SELECT 1 FROM frame WHERE stream = ANY($1::uuid[])', [streams]))
    .rowCount;
}

describe('the key of a frame', () => {
  it('survives partitioning: no time is part of it, so that a number is given once, whenever it is asked for', async () => {
    const row = frameOf();
    await journal.owner.query(INSERT, valuesOf(row));
    const again = journal.owner.query(
      INSERT.replace('meta)', 'meta, written_at)').replace("'[]')", "'[]', now() + interval '1 year')"),
      valuesOf(row),
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
    const { rows } = await journal.owner.query(
      `SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
       WHERE indrelid = 'frame'::regclass AND indisprimary ORDER BY attnum`,
    );
    expect(rows.map(({ attname }) => attname)).toEqual(['class', 'stream', 'frame']);
  });
});

describe('two commits that write the same frames', () => {
  it('deadlock in the database when they come in opposite order', async () => {
    const [low, high] = twoFrames();
    const [one, other] = await begin();
    await insert(one, low);
    await insert(other, high);
    const ends = await Promise.allSettled([insert(one, high), insert(other, low)]);
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(failures).toMatchObject([{ code: '40P01' }]);
    await end([one, other], 'ROLLBACK');
  });

  it('wait for each other when they come in one order, and lose nothing', async () => {
    const [low, high] = twoFrames();
    const [one, other] = await begin();
    await insert(one, low);
    const waits = insert(other, low).then(() => insert(other, high));
    await insert(one, high);
    await end([one], 'COMMIT');
    await waits;
    await end([other], 'COMMIT');
    expect(await countOf([low, high])).toBe(2);
  });

  function twoFrames(): [FrameRow, FrameRow] {
    const [one, other] = [frameOf(), frameOf()];
    return one.stream < other.stream ? [one, other] : [other, one];
  }

  async function begin(): Promise<[pg.PoolClient, pg.PoolClient]> {
    const clients: [pg.PoolClient, pg.PoolClient] = [
      await journal.owner.connect(),
      await journal.owner.connect(),
    ];
    for (const client of clients) await client.query('BEGIN');
    return clients;
  }

  const insert = (client: pg.PoolClient, row: FrameRow) =>
    client.query(`${INSERT} ON CONFLICT DO NOTHING`, valuesOf(row));

  async function end(clients: pg.PoolClient[], how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    for (const client of clients) {
      await client.query(how);
      client.release();
    }
  }
});

describe('frames of several tenants in one commit', () => {
  const mixed = () => [frameOf(newStream()), frameOf(newStream({ tenant: 'other' }))];

  it('are refused to the API, which stands behind the wall of one tenant, all of them', async () => {
    const rows = mixed();
    const attempt = inTenant(api, 'acme', async (client) => {
      for (const row of rows) await client.query(INSERT, valuesOf(row));
    });
    await expect(attempt).rejects.toThrow('row-level security');
    expect(await countOf(rows)).toBe(0);
  });

  it('are taken from a worker, whose policy spans tenants', async () => {
    const rows = mixed();
    const written = await commitFrames(
      journal.pool,
      rows.map((row) => ({ row })),
    );
    expect([...written.keys()].sort()).toEqual(rows.map(({ stream }) => stream).sort());
    expect(await countOf(rows)).toBe(2);
  });
});

describe('a frame that commits late', () => {
  it('stands below the horizon of those that wrote before it ended: who reads by number alone would skip it', async () => {
    const [early, late] = [frameOf(), frameOf()];
    const slow = await journal.owner.connect();
    await slow.query('BEGIN');
    await slow.query(INSERT, valuesOf(late));
    await journal.owner.query(INSERT, valuesOf(early));
    const visible = async (below: boolean) =>
      (
        await journal.owner.query<{ stream: string }>(
          `SELECT stream FROM frame WHERE stream = ANY($1::uuid[])
           ${below ? 'AND transaction < pg_snapshot_xmin(pg_current_snapshot())' : ''} ORDER BY transaction`,
          [[early.stream, late.stream]],
        )
      ).rows.map(({ stream }) => stream);
    // The later transaction is there already, the earlier one is not: a cursor behind it would never look back.
    expect(await visible(false)).toEqual([early.stream]);
    expect(await visible(true)).toEqual([]);
    await slow.query('COMMIT');
    slow.release();
    // Whatever else runs on the server holds the horizon back as well.
    await expect.poll(() => visible(true), { timeout: 15_000 }).toEqual([late.stream, early.stream]);
  });
});
