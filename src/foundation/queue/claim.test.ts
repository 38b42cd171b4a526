import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimRuns, handBack, handBackForgotten } from './claim.ts';
import { openTestQueue, type TestQueue } from './testing/open-test-queue.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterEach(() => queue.owner.query(`UPDATE run SET status = 'succeeded'`));
afterAll(() => queue?.drop());

const idsOf = (claimed: Awaited<ReturnType<typeof claimRuns>>) => claimed.map(({ facts }) => facts.id).sort();

describe('a claim', () => {
  it('takes ready runs and says all that their owner needs to know', async () => {
    const owner = await queue.worker();
    const id = await queue.create({ session: 's', subject: 'customer-7', lane: 'urgent' });
    await queue.set(id, { inbox: 3, seen: 2, host_deaths: 1, wake_at: new Date(), waiting_for: '[]' });
    expect(await claimRuns(queue.pool, owner, { room: 10 })).toEqual([
      {
        facts: {
          id,
          tenant: 'acme',
          agent: 'support',
          version: 'f'.repeat(64),
          lane: 'urgent',
          principal: 'ada',
          createdAt: expect.any(Number),
          session: 's',
          subject: 'customer-7',
        },
        kind: 'agent',
        class: 'standard',
        budget: expect.objectContaining({ usd: null }),
        inbox: 3,
        seen: 2,
        hostDeaths: 1,
        epoch: owner.epoch,
        claimedAt: expect.any(Number),
        wrappedKey: expect.any(Buffer),
      },
    ]);
    expect(await queue.row(id)).toMatchObject({
      status: 'running',
      worker: owner.worker,
      epoch: String(owner.epoch),
      wake_at: null,
      waiting_for: null,
    });
  });

  it.each([
    ['whose lease has passed', async () => queue.worker(-1)],
    ['that nobody has registered', async () => ({ ...(await queue.worker()), worker: crypto.randomUUID() })],
    [
      'of an epoch before this one',
      async () => {
        const { worker, epoch } = await queue.worker();
        return { worker, epoch: epoch - 1 };
      },
    ],
  ])('by a worker %s takes nothing', async (_, makeOwner) => {
    const id = await queue.create();
    expect(await claimRuns(queue.pool, await makeOwner(), { room: 10 })).toEqual([]);
    expect(await queue.row(id)).toMatchObject({ status: 'queued', worker: null });
  });

  it('takes the urgent before the rest, and in a lane who has been ready longest', async () => {
    const owner = await queue.worker();
    const batch = await queue.create({ lane: 'batch' });
    const late = await queue.create();
    const early = await queue.create();
    const urgent = await queue.create({ lane: 'urgent' });
    await queue.set(early, { queued_at: new Date(Date.now() - 5_000) });
    const order: string[] = [];
    for (let turn = 0; turn < 4; turn += 1)
      order.push(...idsOf(await claimRuns(queue.pool, owner, { room: 1 })));
    expect(order).toEqual([urgent, early, late, batch]);
  });

  it('takes no more than it may', async () => {
    const owner = await queue.worker();
    await Promise.all(Array.from({ length: 5 }, () => queue.create()));
    expect(await claimRuns(queue.pool, owner, { room: 3 })).toHaveLength(3);
  });

  it('takes each run once, however many claim at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => queue.create()));
    const workers = await Promise.all(Array.from({ length: 6 }, () => queue.worker()));
    const claimed = await Promise.all(workers.map((owner) => claimRuns(queue.pool, owner, { room: 10 })));
    const taken = claimed.flatMap(idsOf);
    expect(new Set(taken).size).toBe(taken.length);
    // Rows that another claim holds are skipped: what is left over is taken by the next look.
    taken.push(...idsOf(await claimRuns(queue.pool, workers[0] ?? { worker: '', epoch: 0 }, { room: 30 })));
    expect(taken.sort()).toEqual(ids.sort());
  });

  it('leaves runs that wait, run or have ended', async () => {
    const owner = await queue.worker();
    for (const status of ['running', 'waiting', 'succeeded', 'failed', 'cancelled']) {
      await queue.set(await queue.create(), { status });
    }
    expect(await claimRuns(queue.pool, owner, { room: 10 })).toEqual([]);
  });
});

describe('handing back', () => {
  it('makes a run ready for anybody, without losing its place in the queue', async () => {
    const owner = await queue.worker();
    const id = await queue.create();
    const { queued_at: since } = await queue.row(id);
    await claimRuns(queue.pool, owner, { room: 10 });
    await handBack(queue.pool, owner, [id]);
    expect(await queue.row(id)).toMatchObject({
      status: 'queued',
      worker: null,
      epoch: null,
      queued_at: since,
    });
  });

  it('touches no run that is another’s by now, and none that has ended', async () => {
    const [before, now] = [await queue.worker(), await queue.worker()];
    const [taken, ended] = [await queue.create(), await queue.create()];
    await claimRuns(queue.pool, now, { room: 10 });
    await queue.set(ended, { status: 'failed', worker: before.worker, epoch: before.epoch });
    await handBack(queue.pool, before, [taken, ended]);
    expect(await queue.row(taken)).toMatchObject({ status: 'running', worker: now.worker });
    expect(await queue.row(ended)).toMatchObject({ status: 'failed' });
  });

  it('of what was forgotten frees the runs that the worker does not know of, and only its own', async () => {
    const [mine, theirs] = [await queue.worker(), await queue.worker()];
    const [known, forgotten] = [await queue.create(), await queue.create()];
    await claimRuns(queue.pool, mine, { room: 2 });
    const other = await queue.create();
    await claimRuns(queue.pool, theirs, { room: 1 });
    await handBackForgotten(queue.pool, mine, (run) => run === known);
    expect(await queue.row(known)).toMatchObject({ status: 'running', worker: mine.worker });
    expect(await queue.row(forgotten)).toMatchObject({ status: 'queued', worker: null, epoch: null });
    expect(await queue.row(other)).toMatchObject({ status: 'running', worker: theirs.worker });
  });
});
