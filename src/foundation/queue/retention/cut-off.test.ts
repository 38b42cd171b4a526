import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRun } from '../create-run.ts';
import { newRun } from '../testing/open-test-queue.ts';
import { planRetention } from './plan.ts';
import { daysAgo, idOf, openTestRetention, type TestRetention } from './testing/open-test-retention.ts';

let queue: TestRetention;
let partition: string;
let runs: string[];
beforeEach(async () => {
  queue = await openTestRetention();
  partition = await queue.partition('standard', 500);
  runs = [await queue.aged({ age: 500 }), await queue.aged({ age: 500 })];
});
afterEach(() => queue?.drop());

/** Applies retention and dies where it says that it is at this step. */
const dieAt = (step: string) =>
  expect(
    queue.apply({
      onStep: (now) => {
        if (now === step) throw new Error('killed');
      },
    }),
  ).rejects.toThrow('killed');

const records = () => queue.count('frame', `meta LIKE '%retention.dropped%'`);

describe('an apply that is cut off', () => {
  it('before its decision has changed nothing', async () => {
    await dieAt('drop');
    expect(await queue.count('run')).toBe(2);
    expect(await records()).toBe(0);
    expect(await createRun(queue.pool, queue.keys, newRun({ id: idOf(+daysAgo(500)) }))).toMatchObject({
      created: true,
    });
  });

  it.each(['delete-runs', 'next-runs', 'drop-table'])('at %s is completed by the next one', async (step) => {
    await dieAt(step);
    expect(await records()).toBe(1);
    // A class that is kept longer from now on changes nothing of what is decided.
    await queue.owner.query('UPDATE retention_class SET keep_days = 5000 WHERE keep_days IS NOT NULL');
    expect((await planRetention(queue.owner)).find((plan) => plan.partition === partition)?.verdict).toBe(
      'drop',
    );
    expect((await queue.apply()).dropped).toEqual([partition]);
    expect(await queue.count('run')).toBe(0);
    expect(await queue.count('data_key', `stream = ANY('{${runs.join()}}')`)).toBe(0);
    expect(await queue.count('pg_class', `relname = '${partition}'`)).toBe(0);
    expect(await records()).toBe(1);
  });

  it('has closed the partition: neither a frame nor a new run goes in that would be lost', async () => {
    await dieAt('drop-table');
    await expect(
      createRun(queue.pool, queue.keys, newRun({ id: idOf(+daysAgo(500)) })),
    ).rejects.toMatchObject({ code: '23514' });
    expect(await queue.count('run')).toBe(0);
  });

  it('in the middle of a statement, as by a crash of its process, is completed too', async () => {
    const cutter = new pg.Client(queue.url);
    await cutter.connect();
    // Holds up the batch that deletes the runs, so that the cut falls into the middle of a statement.
    await cutter.query('BEGIN; LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE');
    const cut = queue.apply().catch((error: unknown) => error);
    const waiting = `datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'WITH doomed%'`;
    for (;;) {
      const { rowCount } = await queue.owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${waiting}`,
      );
      if (rowCount === 1) break;
    }
    expect(await cut).toBeInstanceOf(Error);
    await cutter.end();
    expect(await queue.count('run')).toBe(2);
    expect((await queue.apply()).dropped).toEqual([partition]);
  });
});

describe('two applies at once', () => {
  it('take turns: the second is refused', async () => {
    const refused: Promise<void>[] = [];
    await queue.apply({
      async onStep() {
        const second = expect(queue.apply()).rejects.toMatchObject({ code: 'retention_running' });
        refused.push(second);
        await second;
      },
    });
    expect(refused.length).toBeGreaterThan(3);
    expect(await records()).toBe(1);
  });
});
