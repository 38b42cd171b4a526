import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../store/index.ts';
import { fact } from './testing/entries.ts';
import { openAtStart, openTestJournal, type TestJournal } from './testing/open-test-journal.ts';

/** A statement keeps its plan from the sixth time on. */
const RUNS = 20;

let journal: TestJournal;
beforeAll(async () => {
  journal = await openTestJournal();
});
afterAll(() => journal?.drop());

it('statements that were planned while the tables were empty read no table from end to end', async () => {
  const store = openStore({ url: journal.url, role: 'bulkhead_worker', connections: 1 });
  const writer = journal.writer(store.pool);
  const sums = { inputTokens: 0, outputTokens: 0, usd: 0, modelCalls: 0, toolCalls: 0 };
  for (let count = 0; count < RUNS; count += 1) {
    const stream = openAtStart(writer, await journal.ownedRun(1));
    stream.append(fact('last'));
    expect(await stream.settle({ status: 'succeeded', seen: 0, sums })).toBe('succeeded');
  }
  // A connection tells what it has read when it closes.
  await store.close();
  const { rows } = await journal.owner.query(
    `SELECT relname AS table, seq_scan::int AS scans FROM pg_stat_user_tables WHERE relname = 'run'`,
  );
  expect(rows).toEqual([{ table: 'run', scans: 0 }]);
});
