import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestCancel } from './cancel.ts';
import { fileMessage, openInbox, readInbox } from './inbox.ts';
import { openTestQueue, TENANT, type TestQueue } from './testing/open-test-queue.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue?.drop());

/** Files a message, or takes it back at the last moment. */
function file(run: string, end: 'COMMIT' | 'ROLLBACK' = 'COMMIT'): Promise<void> {
  return queue.transaction(async (client) => {
    const { number } = await openInbox(client, run);
    await fileMessage(client, TENANT, {
      run,
      number,
      kind: 'cancel',
      meta: { principal: 'ada' },
      body: null,
    });
  }, end);
}

const numbersOf = async (run: string, seen = 0) =>
  (await readInbox(queue.pool, [{ run, seen }])).map(({ number }) => number);

describe('an inbox', () => {
  it('numbers what many file at the same time without a gap, also when some take it back', async () => {
    const run = await queue.create();
    await Promise.all(
      Array.from({ length: 24 }, (_, index) => file(run, index % 4 === 0 ? 'ROLLBACK' : 'COMMIT')),
    );
    expect(await numbersOf(run)).toEqual(Array.from({ length: 18 }, (_, index) => index + 1));
    expect(await queue.row(run)).toMatchObject({ inbox: 18 });
  });

  it('is read in order, from behind what was seen, of several runs at once', async () => {
    const [one, other] = [await queue.create(), await queue.create()];
    for (const run of [one, other, one, one]) await file(run);
    const messages = await readInbox(queue.pool, [
      { run: one, seen: 1 },
      { run: other, seen: 0 },
    ]);
    const numbers = (run: string) =>
      messages.filter((message) => message.run === run).map(({ number }) => number);
    expect([numbers(one), numbers(other)]).toEqual([[2, 3], [1]]);
    expect(messages[0]).toMatchObject({ kind: 'cancel', meta: { principal: 'ada' }, body: null });
  });

  it('wakes a run that waits, and leaves one that is at work where it is', async () => {
    const [waiting, running] = [await queue.create(), await queue.create()];
    await queue.set(waiting, {
      status: 'waiting',
      wake_at: new Date(2100, 0, 1),
      queued_at: new Date(2020, 0, 1),
    });
    await queue.set(running, { status: 'running', queued_at: new Date(2020, 0, 1) });
    for (const run of [waiting, running]) await file(run);
    const woken = await queue.row(waiting);
    expect(woken).toMatchObject({ status: 'queued', inbox: 1, wake_at: null });
    expect(woken.queued_at).not.toEqual(new Date(2020, 0, 1));
    expect(await queue.row(running)).toMatchObject({
      status: 'running',
      inbox: 1,
      queued_at: new Date(2020, 0, 1),
    });
  });

  it.each(['succeeded', 'failed', 'cancelled'])('of a run that has %s takes nothing', async (runStatus) => {
    const run = await queue.create();
    await queue.set(run, { status: runStatus });
    const opened = await queue.transaction((client) => openInbox(client, run));
    expect(opened).toEqual({ status: 'terminal', number: 0, runStatus });
    expect(await queue.row(run)).toMatchObject({ status: runStatus, inbox: 0 });
  });

  it('of a run that is not there says so', async () => {
    const opened = await queue.transaction((client) => openInbox(client, crypto.randomUUID()));
    expect(opened).toEqual({ status: 'unknown', number: 0 });
  });
});

describe('a request to cancel', () => {
  const cancel = (run: string) =>
    queue.transaction((client) => requestCancel(client, { tenant: TENANT, run, principal: 'ada' }));

  it('is filed for the run’s owner', async () => {
    const run = await queue.create();
    await cancel(run);
    expect(await readInbox(queue.pool, [{ run, seen: 0 }])).toMatchObject([
      { number: 1, kind: 'cancel', meta: { principal: 'ada' } },
    ]);
  });

  it('of a run that has ended says how it ended', async () => {
    const run = await queue.create();
    await queue.set(run, { status: 'failed' });
    await expect(cancel(run)).rejects.toMatchObject({ code: 'run_finished', status: 409 });
    await expect(cancel(crypto.randomUUID())).rejects.toMatchObject({ code: 'unknown_run', status: 404 });
  });
});
