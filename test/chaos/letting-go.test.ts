import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, seeThrough, startChaosWorld } from './chaos-world.ts';
import { checkSteps, owners, readJournal } from './check-journal.ts';
import { SLOW } from './projects.ts';

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 1, capacity: 20 });
  await world.deploy(SLOW);
});
afterAll(() => world?.stop());

const callsOf = (name: string) => world.service.calls.filter((call) => call.name === name).length;

describe('a worker that is told to stop', () => {
  it('lets calls under way end, hands its runs back and is gone: nobody waits for its lease', async () => {
    const orders = ['a', 'b', 'c', 'd', 'e'];
    const runs = await Promise.all(orders.map((order) => world.client.submit('lingering', { order })));
    await expect.poll(() => callsOf('linger'), { timeout: 10_000 }).toBe(orders.length);
    const [member] = world.crew.members;
    if (member === undefined) throw new Error('There is no worker.');
    expect(await world.crew.dismiss(member)).toBe(0);

    // Nobody is there who could have swept: what is free was handed back.
    expect((await world.owner.query('SELECT 1 FROM worker')).rowCount).toBe(0);
    const { rows } = await world.owner.query('SELECT DISTINCT status, worker FROM run');
    expect(rows).toEqual([{ status: 'queued', worker: null }]);

    await world.crew.hire();
    for (const [index, run] of (await seeThrough(world, runs)).entries()) {
      expect(run).toMatchObject({ status: 'succeeded', output: orders[index] });
      const journal = await readJournal(world.owner, run.id);
      checkSteps(journal);
      expect(owners(journal)).toHaveLength(2);
    }
    // A write that is not idempotent: none was cut off, none was asked about, none was made twice.
    expect(callsOf('linger')).toBe(orders.length);
    expect((await world.owner.query('SELECT 1 FROM review')).rowCount).toBe(0);
  }, 40_000);
});

describe('a worker that was declared dead and lives', () => {
  it('writes nothing more, files what it still learns, and has its run end elsewhere', async () => {
    const order = 'zombie';
    const run = await world.client.submit('hanging', { order });
    await expect.poll(() => callsOf('hang'), { timeout: 10_000 }).toBe(1);
    await world.owner.query('DELETE FROM worker');
    await world.crew.hire();

    expect(await seeThrough(world, [run])).toMatchObject([{ status: 'succeeded', output: order }]);
    expect(effectsOf(world, order)).toEqual(['hang']);
    const keys = world.service.calls.flatMap(({ name, key }) => (name === 'hang' ? [key] : []));
    expect(new Set(keys).size).toBe(1);
    const journal = await readJournal(world.owner, run);
    checkSteps(journal);
    expect(journal).toContainEqual(
      expect.objectContaining({ kind: 'effect.late', tool: 'hang', outcome: 'ok' }),
    );
    expect(new Set(owners(journal)).size).toBeGreaterThan(1);
    const written = await epochs(run);
    const [first] = written.slice(1);
    const taken = written.findIndex((epoch, frame) => frame > 0 && epoch !== first);
    expect(
      written.slice(taken),
      'once another owner has written, the first one writes no more',
    ).not.toContain(first);
    // It did not end: it started afresh under another epoch.
    expect(world.crew.accidents).toEqual([]);
    expect((await world.owner.query('SELECT 1 FROM worker')).rowCount).toBe(2);
  }, 40_000);

  /** Of the owners that wrote the run's frames; the first frame is its creator's. */
  async function epochs(run: string): Promise<number[]> {
    const { rows } = await world.owner.query<{ epoch: string }>(
      'SELECT epoch FROM frame WHERE stream = $1 ORDER BY frame',
      [run],
    );
    return rows.map(({ epoch }) => Number(epoch));
  }
});
