import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from './in-transaction.ts';
import { makePartitions } from './make-partitions.ts';
import { openTestRetention, type TestRetention } from './testing/open-test-retention.ts';

let queue: TestRetention;
let reader: pg.Client;
beforeAll(async () => {
  queue = await openTestRetention();
  reader = new pg.Client(queue.url);
  await reader.connect();
});
afterAll(async () => {
  await reader?.end();
  await queue?.drop();
});

/** Runs work while a long transaction reads the journal, as an export does. */
async function besideReader<Result>(work: () => Promise<Result>): Promise<Result> {
  await reader.query('BEGIN');
  await reader.query('SELECT count(*) FROM frame');
  try {
    return await work();
  } finally {
    await reader.query('COMMIT');
  }
}

describe('a lock that a long transaction keeps from retention', () => {
  it('is tried for again, from the beginning of its transaction', async () => {
    let tries = 0;
    await reader.query('BEGIN');
    await reader.query('SELECT 1 FROM frame');
    const locked = inTransaction(queue.owner, async (client) => {
      tries += 1;
      if (tries === 2) await reader.query('COMMIT');
      await client.query('LOCK TABLE frame IN ACCESS EXCLUSIVE MODE');
      return 'done';
    });
    expect(await locked).toBe('done');
    expect(tries).toBe(2);
  });

  it('is given up in the end, with what to do', async () => {
    const locked = besideReader(() =>
      inTransaction(queue.owner, (client) => client.query('LOCK TABLE frame IN ACCESS EXCLUSIVE MODE'), 2),
    );
    await expect(locked).rejects.toMatchObject({ code: 'retention_blocked', retryable: true });
  });

  it('delays a partition, which is made afterwards', async () => {
    await queue.owner.query("UPDATE retention_class SET ahead = ahead + 1 WHERE name = 'standard'");
    await expect(besideReader(() => makePartitions(queue.pool))).rejects.toMatchObject({ code: '55P03' });
    expect(await makePartitions(queue.pool)).toHaveLength(1);
  });
});
