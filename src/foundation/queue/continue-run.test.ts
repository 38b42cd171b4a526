import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { continueRun } from './continue-run.ts';
import { fileMessage, openInbox } from './inbox.ts';
import { newRun, openTestQueue, TENANT, type TestQueue } from './testing/open-test-queue.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue?.drop());

const spent = { inputTokens: 1, outputTokens: 2, tokens: 3, usd: 0.5 };

async function goOn(before: string, id = uuidv7()): Promise<string> {
  const { webhook: _, subject: __, ...run } = newRun();
  const next = { ...run, id, origin: { continues: { run: before, spent } } };
  await queue.transaction((client) => continueRun(client, queue.keys, next));
  return id;
}

async function cancel(run: string): Promise<void> {
  await queue.transaction(async (client) => {
    const { number } = await openInbox(client, run);
    const meta = { principal: 'ada' };
    await fileMessage(client, TENANT, { run, number, kind: 'cancel', meta, body: null });
  });
}

it('has the webhook and the subjects of the run before', async () => {
  const before = await queue.create({ webhook: 'https://example.com/told', subject: 'ann' });
  const after = await goOn(before);
  expect(await queue.row(after)).toMatchObject({
    status: 'queued',
    webhook: 'https://example.com/told',
    continues: before,
    inbox: 0,
  });
  const { rows } = await queue.owner.query('SELECT subject FROM run_subject WHERE run = $1', [after]);
  expect(rows).toEqual([{ subject: 'ann' }]);
});

it('heeds a cancel that came too late for the run before', async () => {
  const before = await queue.create();
  await cancel(before);
  await cancel(before);
  const after = await goOn(before);
  expect(await queue.row(after)).toMatchObject({ inbox: 1, seen: 0 });
  const { rows } = await queue.owner.query('SELECT number, kind, meta FROM inbox WHERE run = $1', [after]);
  expect(rows).toEqual([{ number: 1, kind: 'cancel', meta: { principal: 'ada' } }]);
});

it('is made once, however often it is asked for', async () => {
  const before = await queue.create({ subject: 'ann' });
  await cancel(before);
  const after = await goOn(before);
  await goOn(before, after);
  expect(await queue.row(after)).toMatchObject({ inbox: 1 });
});
