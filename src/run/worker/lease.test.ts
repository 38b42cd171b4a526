import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestQueue, type TestQueue } from '../../foundation/queue/testing/open-test-queue.ts';
import { holdLease, type Lease } from './lease.ts';

const PATIENCE = 2_000;

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue?.drop());

let lease: Lease | undefined;
let losses = 0;
/** A lease whose thread is at work: it has renewed it. */
async function hold(url = queue.url): Promise<Lease> {
  losses = 0;
  const onLost = () => {
    losses += 1;
  };
  const held = await holdLease({ pool: queue.pool, url, onLost, patience: PATIENCE });
  lease = held;
  const registered = await untilWhen(held);
  await expect.poll(() => untilWhen(held), { timeout: 10_000 }).toBeGreaterThan(registered);
  return held;
}
afterEach(() => lease?.release());

/** Keeps this thread from doing anything else. */
function stall(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
}

/** Whether the lease holds by the database's clock. */
async function holds({ owner }: Lease): Promise<boolean> {
  const { rows } = await queue.owner.query<{ holds: boolean }>(
    'SELECT lease_until > now() AS holds FROM worker WHERE id = $1 AND epoch = $2',
    [owner.worker, owner.epoch],
  );
  return rows[0]?.holds === true;
}

describe('a lease', () => {
  it('is renewed while the main thread is busy for longer than it lasts', async () => {
    const held = await hold();
    const before = await untilWhen(held);
    // Longer than the lease, shorter than the patience.
    stall(1_400);
    expect(await untilWhen(held)).toBeGreaterThan(before);
    expect(losses).toBe(0);
  });

  it("is renewed in a worker's rights, whatever options the address has", async () => {
    await queue.owner.query(`CREATE TABLE renewal (role text, timeout text);
      GRANT INSERT ON renewal TO PUBLIC;
      CREATE FUNCTION note_renewal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO renewal VALUES (current_user, current_setting('statement_timeout')); RETURN NEW;
      END $$;
      CREATE TRIGGER noted BEFORE UPDATE ON worker FOR EACH ROW EXECUTE FUNCTION note_renewal();`);
    const held = await hold(`${queue.url}?options=-c%20statement_timeout%3D30000`);
    await queue.owner.query('DROP TRIGGER noted ON worker');
    const { rows } = await queue.owner.query('SELECT DISTINCT role, timeout FROM renewal');
    expect(rows).toEqual([{ role: 'bulkhead_worker', timeout: '30s' }]);
    expect(await holds(held)).toBe(true);
  });

  it('is given up by the worker itself when the main thread is silent for longer than its patience', async () => {
    const held = await hold();
    stall(PATIENCE * 1.5);
    await expect.poll(() => losses, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => holds(held), { timeout: 10_000 }).toBe(false);
    expect(losses).toBe(1);
  });

  it('of a worker that was declared dead is lost, and is not taken again', async () => {
    const held = await hold();
    await queue.owner.query('DELETE FROM worker WHERE id = $1', [held.owner.worker]);
    await expect.poll(() => losses, { timeout: 10_000 }).toBe(1);
    expect(await holds(held)).toBe(false);
  });
});

async function untilWhen({ owner }: Lease): Promise<number> {
  const { rows } = await queue.owner.query<{ until: Date }>(
    'SELECT lease_until AS until FROM worker WHERE id = $1',
    [owner.worker],
  );
  return rows[0]?.until.getTime() ?? 0;
}
