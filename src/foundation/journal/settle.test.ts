import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stream } from './frame.ts';
import type { Settlement } from './settlement.ts';
import type { StreamWriter } from './stream-writer.ts';
import { fact } from './testing/entries.ts';
import { openAtStart, openTestJournal, type TestJournal } from './testing/open-test-journal.ts';
import { watchedPool } from './testing/watched-pool.ts';

let journal: TestJournal;
beforeAll(async () => {
  journal = await openTestJournal();
});
afterAll(() => journal?.drop());

const sums = { inputTokens: 12, outputTokens: 3, usd: 0.25, modelCalls: 2, toolCalls: 1 };
const settlement = (more: Partial<Settlement>): Settlement => ({
  status: 'succeeded',
  seen: 0,
  sums,
  ...more,
});

async function rowOf({ id }: Stream): Promise<Record<string, unknown>> {
  const { rows } = await journal.owner.query('SELECT * FROM run WHERE id = $1', [id]);
  return rows[0];
}

async function inboxOf({ id }: Stream): Promise<unknown[]> {
  const { rows } = await journal.owner.query(
    'SELECT number, kind, meta FROM inbox WHERE run = $1 ORDER BY number',
    [id],
  );
  return rows;
}

function end(writer: StreamWriter, more: Partial<Settlement> = {}): Promise<string | undefined> {
  writer.append(fact('last'));
  return writer.settle(settlement(more));
}

describe('a settlement', () => {
  it('changes the row in the commit of the last frame', async () => {
    const run = await journal.ownedRun(1);
    expect(await end(openAtStart(journal.writer(), run), { seen: 4, errorCode: 'none' })).toBe('succeeded');
    expect(await rowOf(run)).toMatchObject({
      status: 'succeeded',
      worker: null,
      epoch: null,
      seen: 4,
      error_code: 'none',
      input_tokens: '12',
      output_tokens: '3',
      usd: '0.2500000000',
      model_calls: 2,
      tool_calls: 1,
      finished_at: expect.any(Date),
    });
    expect(await journal.frames(run)).toHaveLength(1);
  });

  it('of a run that waits says for what and until when', async () => {
    const run = await journal.ownedRun(1);
    const wakeAt = Date.UTC(2030, 0, 1);
    const waitingFor = [{ for: 'timer' as const, key: 'sleep#1' }];
    expect(await end(openAtStart(journal.writer(), run), { status: 'waiting', wakeAt, waitingFor })).toBe(
      'waiting',
    );
    expect(await rowOf(run)).toMatchObject({
      status: 'waiting',
      wake_at: new Date(wakeAt),
      waiting_for: waitingFor,
      finished_at: null,
    });
  });

  it('does not sleep over a decision that lands just before `waiting` is written', async () => {
    const run = await journal.ownedRun(1, { inbox: 3 });
    expect(await end(openAtStart(journal.writer(), run), { status: 'waiting', seen: 2 })).toBe('queued');
    expect(await rowOf(run)).toMatchObject({ status: 'queued', seen: 2, inbox: 3 });
  });

  it('waits when every message was taken in', async () => {
    const run = await journal.ownedRun(1, { inbox: 3 });
    expect(await end(openAtStart(journal.writer(), run), { status: 'waiting', seen: 3 })).toBe('waiting');
  });

  it('counts for nothing when the row names another owner; its frame stands all the same', async () => {
    const run = await journal.ownedRun(2);
    expect(await end(openAtStart(journal.writer(), run, { epoch: 1 }))).toBeUndefined();
    expect(await rowOf(run)).toMatchObject({ status: 'running', epoch: '2' });
    expect(await journal.frames(run)).toHaveLength(1);
  });

  it('counts for nothing when another owner has written its frame first', async () => {
    const run = await journal.ownedRun(1);
    const other = openAtStart(journal.writer(), run, { epoch: 2 });
    other.append(fact('theirs'));
    await other.durable();
    await expect(end(openAtStart(journal.writer(), run))).rejects.toMatchObject({ code: 'run_lost' });
    expect(await rowOf(run)).toMatchObject({ status: 'running' });
  });

  it('is done once when its acknowledgement is lost', async () => {
    const run = await journal.ownedRun(1, { webhook: 'https://example.com/hook' });
    const { pool, failNext } = watchedPool(journal.pool);
    const writer = openAtStart(journal.writer(pool), run);
    failNext('after', Object.assign(new Error('cut'), { code: '57P01' }));
    await end(writer);
    expect(await rowOf(run)).toMatchObject({ status: 'succeeded' });
    expect(await journal.frames(run)).toHaveLength(1);
  });

  it('announces an end once to who asked for it, and no wait', async () => {
    const run = await journal.ownedRun(1, { webhook: 'https://example.com/hook' });
    const writer = openAtStart(journal.writer(), run);
    await end(writer, { status: 'waiting' });
    const deliveries = () =>
      journal.owner.query('SELECT event, url FROM webhook_delivery WHERE run = $1', [run.id]);
    expect((await deliveries()).rows).toEqual([]);
    await journal.owner.query(`UPDATE run SET status = 'running', epoch = 1 WHERE id = $1`, [run.id]);
    await end(writer, { status: 'failed' });
    expect((await deliveries()).rows).toEqual([{ event: 'run.failed', url: 'https://example.com/hook' }]);
  });
});

describe('the end of a child', () => {
  it('is filed for its parent and wakes it', async () => {
    const parent = await journal.ownedRun(1);
    await end(openAtStart(journal.writer(), parent), { status: 'waiting' });
    const child = await journal.ownedRun(2, { parent: parent.id });
    await end(openAtStart(journal.writer(), child, { epoch: 2, parent: parent.id }), { status: 'failed' });
    expect(await inboxOf(parent)).toEqual([
      { number: 1, kind: 'child', meta: { child: child.id, key: 'child#1', status: 'failed' } },
    ]);
    expect(await rowOf(parent)).toMatchObject({ status: 'queued', inbox: 1 });
  });

  it('is filed for each of several children that end in one commit', async () => {
    const parent = await journal.ownedRun(1);
    const children = await Promise.all([1, 2, 3].map(() => journal.ownedRun(2, { parent: parent.id })));
    const writer = journal.writer();
    await Promise.all(
      children.map((child) => end(openAtStart(writer, child, { epoch: 2, parent: parent.id }))),
    );
    expect(await rowOf(parent)).toMatchObject({ inbox: 3 });
    expect(await inboxOf(parent)).toMatchObject([{ number: 1 }, { number: 2 }, { number: 3 }]);
  });

  it('is filed for nobody when the child only waits, or when its parent has ended', async () => {
    const parent = await journal.ownedRun(1);
    const child = await journal.ownedRun(2, { parent: parent.id });
    const writer = openAtStart(journal.writer(), child, { epoch: 2, parent: parent.id });
    await end(writer, { status: 'waiting' });
    expect(await inboxOf(parent)).toEqual([]);
    await end(openAtStart(journal.writer(), parent));
    await journal.owner.query(`UPDATE run SET status = 'running', epoch = 2 WHERE id = $1`, [child.id]);
    expect(await openThenEnd(child, parent)).toBe('succeeded');
    expect(await inboxOf(parent)).toEqual([]);
  });

  /** The child's next owner ends it. */
  async function openThenEnd(child: Stream, parent: Stream): Promise<string | undefined> {
    const last = (await journal.frames(child)).at(-1);
    if (last === undefined) throw new Error('The child has no frame.');
    const writer = journal.writer().open({
      stream: child,
      epoch: 2,
      next: last.frame + 1,
      head: last.hash,
      parent: parent.id,
    });
    return end(writer);
  }
});
