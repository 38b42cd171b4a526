import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimRuns } from './claim.ts';
import { readOwnedJournals } from './owned-journals.ts';
import { openTestQueue, type TestQueue } from './testing/open-test-queue.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue?.drop());

describe('a reading of journals after a claim', () => {
  it('shows them to the worker that the rows name, each whole', async () => {
    const owner = await queue.worker();
    const ids = [await queue.create(), await queue.create()];
    const claimed = await claimRuns(queue.pool, owner, { room: 10 });
    const journals = await readOwnedJournals(queue.pool, owner, claimed);
    expect([...journals.keys()].sort()).toEqual(ids.sort());
    expect([...journals.values()].map((frames) => frames.map(({ frame }) => frame))).toEqual([[0], [0]]);
  });

  it('shows nothing of a run that was taken over before it was read', async () => {
    const [first, next] = [await queue.worker(), await queue.worker()];
    const id = await queue.create();
    const claimed = await claimRuns(queue.pool, first, { room: 10 });
    await queue.set(id, { worker: next.worker, epoch: next.epoch });
    expect(await readOwnedJournals(queue.pool, first, claimed)).toEqual(new Map());
    // The same worker under another epoch is another owner too.
    await queue.set(id, { worker: first.worker, epoch: next.epoch });
    expect(await readOwnedJournals(queue.pool, first, claimed)).toEqual(new Map());
  });

  it('shows nothing of a run that was freed', async () => {
    const owner = await queue.worker();
    const id = await queue.create();
    const claimed = await claimRuns(queue.pool, owner, { room: 10 });
    await queue.set(id, { status: 'queued' });
    expect(await readOwnedJournals(queue.pool, owner, claimed)).toEqual(new Map());
  });
});
