import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrame, readStreams, verifyChain } from '../journal/index.ts';
import { createRun } from './create-run.ts';
import { newRun, openTestQueue, TENANT, type TestQueue } from './testing/open-test-queue.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue?.drop());

async function entriesOf(run: string) {
  const frames = (await readStreams(queue.pool, 'standard', [run])).get(run) ?? [];
  verifyChain(frames);
  const key = await queue.freshKeys().dataKey(TENANT, run);
  return frames.flatMap((frame) => decodeFrame(frame, key));
}

describe('making a run', () => {
  it('makes its row, its key, its subject and the first frame of its journal', async () => {
    const { id, created } = await createRun(
      queue.pool,
      queue.keys,
      newRun({ subject: 'customer-7', session: 's' }),
    );
    expect(created).toBe(true);
    expect(await queue.row(id)).toMatchObject({
      tenant: TENANT,
      agent: 'support',
      status: 'queued',
      lane: 1,
      session: 's',
    });
    expect((await queue.owner.query('SELECT subject FROM run_subject WHERE run = $1', [id])).rows).toEqual([
      { subject: 'customer-7' },
    ]);
    expect(await entriesOf(id)).toEqual([
      {
        meta: expect.objectContaining({
          kind: 'run.created',
          agent: 'support',
          principal: 'ada',
          session: 's',
        }),
        body: { input: 'Where is my order?' },
      },
    ]);
  });

  it('leaves nothing behind when its transaction is rolled back', async () => {
    const id = uuidv7();
    await queue.transaction((client) => createRun(client, queue.keys, newRun({ id })), 'ROLLBACK');
    for (const table of ['run WHERE id', 'data_key WHERE stream', 'frame WHERE stream']) {
      expect((await queue.owner.query(`SELECT 1 FROM ${table} = $1`, [id])).rowCount, table).toBe(0);
    }
  });

  it('a second time under the same id changes nothing', async () => {
    const id = uuidv7();
    await createRun(queue.pool, queue.keys, newRun({ id, input: 'first' }));
    expect(await createRun(queue.pool, queue.keys, newRun({ id, input: 'second' }))).toMatchObject({
      id,
      created: false,
    });
    expect(await entriesOf(id)).toMatchObject([{ body: { input: 'first' } }]);
  });

  it('a second time leaves the run its key, also while the database has not answered yet', async () => {
    const id = uuidv7();
    await createRun(queue.pool, queue.keys, newRun({ id }));
    const again = createRun(queue.pool, queue.keys, newRun({ id }));
    // What a worker does that takes the run up in this moment.
    const [frame] = (await readStreams(queue.pool, 'standard', [id])).get(id) ?? [];
    const opened = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const key = await queue.keys.dataKey(TENANT, id);
      opened.push(frame === undefined ? undefined : decodeFrame(frame, key)[0]?.body);
    }
    await again;
    expect(opened).toEqual(Array(5).fill({ input: 'Where is my order?' }));
  });

  it('of a tenant that is not there says so', async () => {
    await expect(createRun(queue.pool, queue.keys, newRun({ tenant: 'nobody' }))).rejects.toMatchObject({
      code: 'unknown_tenant',
    });
  });
});
