import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTenant, openStore, type Store } from '../../store/index.ts';
import { createRun } from '../create-run.ts';
import { newRun } from '../testing/open-test-queue.ts';
import { makePartitions } from './make-partitions.ts';
import { idOf, openTestRetention, TENANT, type TestRetention } from './testing/open-test-retention.ts';

let queue: TestRetention;
let api: Store;
beforeAll(async () => {
  queue = await openTestRetention();
  api = openStore({ url: queue.url, role: 'bulkhead_api', connections: 2 });
});
afterAll(async () => {
  await api?.close();
  await queue?.drop();
});

const made = async () =>
  (
    await queue.owner.query<{ partition: string }>(
      "SELECT partition FROM frame_partition WHERE starts > now() - interval '40 days' ORDER BY class, starts",
    )
  ).rows.map(({ partition }) => partition);

const partitionOf = async (run: string) =>
  (
    await queue.owner.query<{ partition: string }>(
      'SELECT DISTINCT tableoid::regclass::text AS partition FROM frame WHERE stream = $1',
      [run],
    )
  ).rows.map(({ partition }) => partition);

describe('partitions', () => {
  it('are made ahead: four months of the standard class, five weeks of the short one', async () => {
    const partitions = await made();
    expect(partitions.filter((name) => /^frame_standard_\d{4}_\d\d_01$/.test(name))).toHaveLength(4);
    expect(partitions.filter((name) => /^frame_short_\d{4}_\d\d_\d\d$/.test(name))).toHaveLength(5);
    expect(partitions).toHaveLength(9);
  });

  it('are made by a worker when they are missing, once, and nothing is done when none is', async () => {
    await queue.owner.query('UPDATE retention_class SET ahead = ahead + 2');
    const results = await Promise.all([makePartitions(queue.pool), makePartitions(queue.pool)]);
    const again = await makePartitions(queue.pool);
    expect([...results.flat(), ...again]).toHaveLength(4);
    expect(await makePartitions(queue.pool)).toEqual([]);
    expect(await made()).toHaveLength(13);
  });

  it('hold the frames of runs made now, in each class', async () => {
    const [standard, short, permanent] = await Promise.all([
      queue.create(),
      queue.create({ retention: 'short' }),
      queue.create({ retention: 'permanent' }),
    ]);
    expect(await partitionOf(standard)).toEqual([expect.stringMatching(/^frame_standard_\d/)]);
    expect(await partitionOf(short)).toEqual([expect.stringMatching(/^frame_short_\d/)]);
    expect(await partitionOf(permanent)).toEqual(['frame_permanent']);
    expect(await queue.row(short)).toMatchObject({ class: 'short' });
  });

  it('take what a worker and what the API writes through the table, each in its role', async () => {
    const byApi = await inTenant(api, TENANT, (client) => createRun(client, queue.keys, newRun()));
    const byWorker = await queue.create();
    expect(await partitionOf(byApi.id)).toEqual(await partitionOf(byWorker));
  });

  it('cannot be reached but through the table, and the API sees its tenant there alone', async () => {
    await queue.addTenant('globex');
    const mine = await queue.create();
    const theirs = await queue.create({ tenant: 'globex' });
    const [partition] = await partitionOf(theirs);
    for (const { pool } of [api, queue]) {
      await expect(pool.query(`SELECT 1 FROM ${partition}`)).rejects.toThrow('permission denied');
      await expect(pool.query(`INSERT INTO ${partition} SELECT * FROM frame`)).rejects.toThrow(
        'permission denied',
      );
    }
    const { rows } = await inTenant(api, TENANT, (client) =>
      client.query('SELECT stream FROM frame WHERE stream = ANY($1)', [[mine, theirs]]),
    );
    expect(rows).toEqual([{ stream: mine }]);
    // Were a grant given by mistake, the wall still stands.
    await queue.owner.query(`GRANT SELECT ON ${partition} TO bulkhead_api`);
    expect((await api.pool.query(`SELECT 1 FROM ${partition}`)).rowCount).toBe(0);
    await queue.owner.query(`REVOKE SELECT ON ${partition} FROM bulkhead_api`);
  });

  it('but one are not touched by reading a run', async () => {
    const run = await queue.create();
    const explained = await queue.pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM frame WHERE class = 'standard' AND stream = '${run}' ORDER BY frame`,
    );
    const plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n');
    const [partition] = await partitionOf(run);
    expect(plan.match(/ on frame\w*/g)).toEqual([` on ${partition}`]);
  });

  it('cannot be chosen by a worker', async () => {
    await expect(queue.pool.query("SELECT add_frame_partition('standard', '2020-01-01')")).rejects.toThrow(
      'permission denied',
    );
    await expect(api.pool.query('SELECT make_next_frame_partition()')).rejects.toThrow('permission denied');
  });
});

describe('a run of a time without a partition', () => {
  it('goes to the rest, and its period stays there when a partition would come too late', async () => {
    const time = Date.UTC(2019, 4, 20);
    const run = await queue.create({ id: idOf(time) });
    expect(await partitionOf(run)).toEqual(['frame_standard_rest']);
    const { rows } = await queue.owner.query("SELECT add_frame_partition('standard', $1) AS partition", [
      new Date(time),
    ]);
    expect(rows).toEqual([{ partition: 'frame_standard_rest' }]);
    const later = await queue.create({ id: idOf(time + 1_000) });
    expect(await partitionOf(later)).toEqual(['frame_standard_rest']);
  });
});

describe('making partitions beside writers', () => {
  it('fails no frame, wherever it was on its way to', async () => {
    // Months in which runs are being made: the writer finds the rest, then in the middle of it a partition.
    const months = [1, 2, 3, 4, 5, 6].map((month) => Date.UTC(2018, month, 10));
    let writing = true;
    const written: string[] = [];
    const writer = async () => {
      while (writing) {
        for (const month of months) {
          const { id } = await createRun(
            queue.pool,
            queue.keys,
            newRun({ id: idOf(month + written.length) }),
          );
          written.push(id);
        }
      }
    };
    const writers = [writer(), writer()];
    for (const month of Array.from({ length: 24 }, (_, index) => Date.UTC(2018, index, 1))) {
      for (;;) {
        // Empties the month, so that its partition is made although writers have written into it.
        await queue.owner.query('DELETE FROM frame_standard_rest WHERE stream >= first_id_of($1)', [
          new Date(month),
        ]);
        const tried = await queue.owner
          .query("SELECT add_frame_partition('standard', $1)", [new Date(month)])
          .catch((error: { code?: string }) => error.code);
        if (tried !== '55P03' && tried !== '40P01') break;
      }
    }
    writing = false;
    await Promise.all(writers);
    expect(written.length).toBeGreaterThan(0);
    expect(await queue.count('run', `id = ANY('{${written.join()}}')`)).toBe(written.length);
  });
});
