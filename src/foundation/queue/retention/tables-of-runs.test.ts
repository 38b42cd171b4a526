import { afterAll, beforeAll, expect, it } from 'vitest';
import { TABLES_OF_RUNS } from './delete-runs.ts';
import { openTestRetention, type TestRetention } from './testing/open-test-retention.ts';

/** Tables that name runs or streams and outlive them, and why. */
const OUTLIVE: Record<string, string> = {
  frame: 'dropped with its partition',
  run_usage: 'what runs cost is asked for longer than their journals are kept; it holds nothing but numbers',
  intake_message: 'a broker may hand the message out again; it expires by itself',
  run_retention: 'a view',
  tenant: 'its stream is the tenant’s own',
};

let queue: TestRetention;
beforeAll(async () => {
  queue = await openTestRetention();
});
afterAll(() => queue?.drop());

it('names every table whose rows belong to one run, so that none is forgotten when runs are dropped', async () => {
  const { rows } = await queue.owner.query<{ table: string }>(
    `SELECT DISTINCT table_name AS table FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type = 'uuid' AND column_name IN ('run', 'stream')
       AND table_name NOT LIKE 'frame\\_%'
       AND NOT EXISTS ( -- It goes with its run's key.
         SELECT 1 FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'c'
           AND conrelid = table_name::regclass AND confrelid = 'data_key'::regclass
       )`,
  );
  const known = [...Object.keys(TABLES_OF_RUNS), ...Object.keys(OUTLIVE)];
  expect(rows.map(({ table }) => table).filter((table) => !known.includes(table))).toEqual([]);
});
