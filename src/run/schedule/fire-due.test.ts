import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestQueue, type TestQueue } from '../../foundation/queue/testing/open-test-queue.ts';
import { type FireParts, fireDue } from './fire-due.ts';
import { sealColumn } from './schedule.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue?.drop());

/** A schedule that is due. Its key is its own, or one that nothing opens. */
async function due(name: string, age: number, readable = true): Promise<string> {
  const id = crypto.randomUUID();
  const { key, wrapped } = await queue.keys.newDataKey('acme', id);
  await queue.owner.query(
    `INSERT INTO schedule (id, tenant, name, agent, wrapped_key, input, cron, timezone, principal, next_at)
     VALUES ($1, 'acme', $2, 'support', $3, $4, '0 * * * *', 'UTC', 'ada', now() - make_interval(secs => $5))`,
    [
      id,
      name,
      readable ? wrapped : Buffer.alloc(61, 1),
      sealColumn(key, { id, tenant: 'acme' } as never, 'input', 'hi'),
      age,
    ],
  );
  return id;
}

describe('a look at the schedules', () => {
  it('comes to those behind ever so many that cannot be read', async () => {
    for (let broken = 0; broken < 50; broken += 1) await due(`broken ${broken}`, 3_000 + broken, false);
    const sound = await due('sound', 60);
    const submitted: string[] = [];
    const failures: string[] = [];
    const parts: FireParts = {
      pool: queue.pool,
      keys: queue.keys,
      submit: async (_client, schedule) => submitted.push(schedule.id),
      onFailure: (_error, schedule) => failures.push(schedule),
      putOff: new Map(),
    };
    await fireDue(parts);
    expect([failures.length, submitted]).toEqual([50, []]);
    await fireDue(parts);
    expect([failures.length, submitted]).toEqual([50, [sound]]);
  });
});
