import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimRuns } from './claim.ts';
import { freeRunsOfDeadWorkers, wakeDueRuns } from './sweep.ts';
import { openTestQueue, type TestQueue } from './testing/open-test-queue.ts';
import { registerWorker, releaseLease, renewLease } from './worker-lease.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterEach(async () => {
  await queue.owner.query(`UPDATE run SET status = 'succeeded'`);
  await queue.owner.query('DELETE FROM worker');
});
afterAll(() => queue?.drop());

/** A run that this worker has claimed. */
async function claimedBy(owner: { worker: string; epoch: number }): Promise<string> {
  const id = await queue.create();
  await claimRuns(queue.pool, owner, { room: 1 });
  return id;
}

const letPass = ({ worker }: { worker: string }) =>
  queue.owner.query(`UPDATE worker SET lease_until = now() - interval '1 second' WHERE id = $1`, [worker]);

describe('taking over', () => {
  it('frees the runs of a worker whose lease has passed, and buries it', async () => {
    const dead = await queue.worker();
    const run = await claimedBy(dead);
    await letPass(dead);
    expect(await freeRunsOfDeadWorkers(queue.pool)).toBe(1);
    expect(await queue.row(run)).toMatchObject({ status: 'queued', worker: null, epoch: null });
    expect(await renewLease(queue.pool, dead, 60_000), 'it learns that it was declared dead').toBe(false);
  });

  it('leaves the runs of workers that are there', async () => {
    const [alive, dead] = [await queue.worker(), await queue.worker()];
    const [kept, freed] = [await claimedBy(alive), await claimedBy(dead)];
    await letPass(dead);
    expect(await freeRunsOfDeadWorkers(queue.pool)).toBe(1);
    expect(await queue.row(kept)).toMatchObject({ status: 'running', worker: alive.worker });
    expect(await queue.row(freed)).toMatchObject({ status: 'queued' });
  });

  it('frees what a worker had under an epoch before this one', async () => {
    const before = await queue.worker();
    const run = await claimedBy(before);
    await registerWorker(queue.pool, before.worker, 60_000);
    expect(await freeRunsOfDeadWorkers(queue.pool)).toBe(1);
    expect(await queue.row(run)).toMatchObject({ status: 'queued' });
  });

  it('leaves a run to a worker that it cannot see yet, which took the run while the search went on', async () => {
    const dead = await queue.worker();
    const run = await claimedBy(dead);
    await letPass(dead);
    const next = { worker: crypto.randomUUID(), epoch: 1_000_000 };
    let searching = Promise.resolve(0);
    await queue.transaction(async (client) => {
      // Another search freed it, and a worker registered and claimed it; all that is not committed yet.
      await client.query(
        `INSERT INTO worker (id, epoch, lease_until) VALUES ($1, $2, now() + interval '1 hour')`,
        [next.worker, next.epoch],
      );
      await client.query('UPDATE run SET worker = $2, epoch = $3 WHERE id = $1', [
        run,
        next.worker,
        next.epoch,
      ]);
      searching = freeRunsOfDeadWorkers(queue.pool);
      const held = () =>
        queue.owner.query(
          `SELECT FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%WITH dead%'`,
        );
      await expect.poll(async () => (await held()).rowCount).toBe(1);
    });
    expect(await searching).toBe(0);
    expect(await queue.row(run)).toMatchObject({ status: 'running', worker: next.worker });
  });

  it('frees what a worker left behind that ended its lease itself', async () => {
    const owner = await queue.worker();
    const run = await claimedBy(owner);
    await releaseLease(queue.pool, owner);
    expect(await freeRunsOfDeadWorkers(queue.pool)).toBe(1);
    expect(await queue.row(run)).toMatchObject({ status: 'queued' });
  });

  it('frees nothing twice, and nothing that waits or has ended', async () => {
    const dead = await queue.worker();
    for (const status of ['waiting', 'failed']) {
      await queue.set(await claimedBy(dead), { status });
    }
    await letPass(dead);
    expect(await freeRunsOfDeadWorkers(queue.pool)).toBe(0);
  });
});

describe('a lease', () => {
  it('that has passed can be renewed as long as nobody has declared the worker dead', async () => {
    const late = await queue.worker(-1);
    const run = await queue.create();
    expect(await claimRuns(queue.pool, late, { room: 1 })).toEqual([]);
    expect(await renewLease(queue.pool, late, 60_000)).toBe(true);
    expect(await claimRuns(queue.pool, late, { room: 1 })).toMatchObject([{ facts: { id: run } }]);
  });

  it('of an epoch before this one cannot be renewed or ended', async () => {
    const before = await queue.worker();
    const epoch = await registerWorker(queue.pool, before.worker, 60_000);
    expect(epoch).toBeGreaterThan(before.epoch);
    expect(await renewLease(queue.pool, before, 60_000)).toBe(false);
    await releaseLease(queue.pool, before);
    expect(await renewLease(queue.pool, { ...before, epoch }, 60_000)).toBe(true);
  });
});

describe('waking', () => {
  it('makes runs ready whose time has come, and no other', async () => {
    const past = new Date(Date.now() - 1_000);
    const future = new Date(Date.now() + 3_600_000);
    const [due, early, timeless, running] = await Promise.all([1, 2, 3, 4].map(() => queue.create()));
    await queue.set(due ?? '', { status: 'waiting', wake_at: past });
    await queue.set(early ?? '', { status: 'waiting', wake_at: future });
    await queue.set(timeless ?? '', { status: 'waiting' });
    await queue.set(running ?? '', { status: 'running', wake_at: past });
    expect(await wakeDueRuns(queue.pool)).toBe(1);
    expect(await queue.row(due ?? '')).toMatchObject({ status: 'queued', wake_at: null });
    expect(await wakeDueRuns(queue.pool)).toBe(0);
  });
});
