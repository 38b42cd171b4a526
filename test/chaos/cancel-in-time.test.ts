import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, startChaosWorld } from './chaos-world.ts';
import { readJournal } from './check-journal.ts';
import { WATCHFUL } from './projects.ts';

const RUNS = 9;
/** From the request to cancel to the tool's abortSignal, in another process, at most. Milliseconds. */
const IN_TIME = 1_000;

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 1, capacity: RUNS + 1 });
  await world.deploy(WATCHFUL);
});
afterAll(() => world?.stop());

describe('a cancel over the API', () => {
  it('reaches the abortSignal of a tool that runs in another process within a second', async () => {
    const orders = Array.from({ length: RUNS }, (_, index) => `order-${index}`);
    const runs = await Promise.all(orders.map((order) => world.client.submit('watchful', { order })));
    const watching = () => orders.every((order) => effectsOf(world, order).length === 3);
    await expect.poll(watching, { timeout: 20_000 }).toBe(true);

    const asked = new Map<string, number>();
    for (const [index, run] of runs.entries()) {
      asked.set(orders[index] ?? '', Date.now());
      expect(await world.client.send('POST', `/v1/runs/${run}/cancel`)).toMatchObject({ status: 202 });
    }
    for (const run of runs) expect(await world.client.until(run)).toMatchObject({ status: 'cancelled' });
    const { output } = await world.client.run('heard', {});
    const heard = Object.entries(output as Record<string, number>);
    expect(heard).toHaveLength(RUNS);
    const waits = heard.map(([order, at]) => at - (asked.get(order) ?? 0)).sort((one, other) => one - other);
    console.log(`From the cancel to the abortSignal: ${waits.join(', ')} ms.`);
    // The one in the middle: what a busy machine adds to one of them says nothing.
    expect(waits[Math.floor(RUNS / 2)]).toBeLessThan(IN_TIME);
    // What had been done is undone, newest first, once the tool has let go.
    for (const [index, run] of runs.entries()) {
      expect(effectsOf(world, orders[index] ?? '')).toEqual([
        'reserve',
        'charge',
        'watch',
        'uncharge',
        'unreserve',
      ]);
      expect((await readJournal(world.owner, run)).at(-1)?.kind).toBe('run.cancelled');
    }
  }, 60_000);
});
