import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../test/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { openStore, type Store } from '../../foundation/store/index.ts';
import { loadKillSwitches } from './load-kill-switches.ts';

let database: TestDatabase;
let worker: Store;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = openStore({ url: database.url, role: 'bulkhead_worker' });
});
afterAll(async () => {
  await worker?.close();
  await database?.drop();
});

describe('loadKillSwitches', () => {
  it('reads those of every tenant as the worker', async () => {
    expect(await loadKillSwitches(worker.pool)).toEqual([]);
    await withConnection(database.url, async (client) => {
      await client.query(
        "INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ('acme', 'A', gen_random_uuid(), 'x')",
      );
      await client.query(
        "INSERT INTO kill_switch (tenant, target, reason, set_by, set_at) VALUES ('acme', 'tool:refund', 'Twice.', 'ada', $1), (NULL, '*', 'All.', 'bob', $1)",
        [new Date(1_750_000_000_000)],
      );
    });
    expect((await loadKillSwitches(worker.pool)).sort((a, b) => a.target.localeCompare(b.target))).toEqual([
      { tenant: null, target: '*', reason: 'All.', setBy: 'bob', setAt: 1_750_000_000_000 },
      { tenant: 'acme', target: 'tool:refund', reason: 'Twice.', setBy: 'ada', setAt: 1_750_000_000_000 },
    ]);
  });
});
