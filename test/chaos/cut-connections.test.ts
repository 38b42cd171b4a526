import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, seeThrough, startChaosWorld } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import { JOURNEY } from './projects.ts';

const RUNS = 25;
const CUTS = 300;

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: 20 });
  world.openai.answer(() => ({ text: 'Yes.' }));
  await world.deploy(JOURNEY);
});
afterAll(() => world?.stop());

/** Ends all connections of the workers, as a database that restarts does. Returns how many there were. */
async function cutAll(): Promise<number> {
  const { rowCount } = await world.owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'chaos-worker'`,
  );
  return rowCount ?? 0;
}

it('a database that cuts all connections of its workers, again and again, costs no run and doubles no effect', async () => {
  const orders = Array.from({ length: RUNS }, (_, index) => `order-${index}`);
  const runs = await Promise.all(orders.map((order) => world.client.submit('journey', { order })));
  const ended = seeThrough(world, runs);
  for (let cuts = 0; cuts < CUTS; cuts += await cutAll()) await sleep(20);
  for (const [index, run] of (await ended).entries()) {
    const order = orders[index] ?? '';
    expect(run, order).toMatchObject({ status: 'succeeded', output: { found: order, paid: order } });
    expect(effectsOf(world, order).sort(), order).toEqual([
      'look',
      'pay',
      'post errand',
      'post left',
      'post right',
    ]);
    checkSteps(await readJournal(world.owner, run.id));
  }
  expect(world.crew.killed).toBe(0);
  expect(world.crew.accidents, 'no worker ends because a connection does').toEqual([]);
}, 90_000);
