import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type ChaosWorld, startChaosWorld } from '../chaos-world.ts';
import { JOURNEY, TRANSFER, TRIP, together } from '../projects.ts';
import { type FinalState, readEnding } from './final-state.ts';
import { Killer } from './killer.ts';
import { type OwnDatabase, startOwnDatabase } from './own-database.ts';
import { Person } from './person.ts';
import { type Order, planStorm, type StormPlan } from './plan-storm.ts';
import type { StormReport } from './report.ts';
import { takeOvers } from './take-overs.ts';
import { workThrough } from './work-through.ts';

const WORKERS = 3;
const CAPACITY = 6;

/**
 * Executes the same orders twice, first in peace and then under a storm of kills, on a PostgreSQL of its own, and
 * compares what is left.
 *
 * @param options.log is told now and then how far it is. Default: nobody.
 * @returns what happened; `broken` is empty when every invariant held
 * @example
 * const { broken } = await storm({ seed: 7, kills: 50 });
 */
export async function storm(options: {
  seed: number;
  kills: number;
  log?: (line: string) => void;
}): Promise<StormReport> {
  const { seed, kills, log = () => {} } = options;
  const plan = planStorm({ seed, kills });
  const database = await startOwnDatabase();
  let world: ChaosWorld | undefined;
  try {
    world = await startChaosWorld({ workers: WORKERS, capacity: CAPACITY, database });
    world.openai.answer(() => ({ text: 'Yes.' }));
    await world.deploy(together(JOURNEY, TRANSFER, TRIP));
    return await passThrough(world, database, plan, seed, log);
  } finally {
    // The world drops its database.
    await (world === undefined ? database.drop() : world.stop());
  }
}

async function passThrough(
  world: ChaosWorld,
  database: OwnDatabase,
  plan: StormPlan,
  seed: number,
  log: (line: string) => void,
): Promise<StormReport> {
  const broken: string[] = [];
  const { service } = world;
  const peaceful = await endings(
    world,
    plan.orders,
    await workThrough(world, plan.orders, new Person(world), 'calm'),
  );
  for (const [order, { faults }] of peaceful)
    broken.push(...faults.map((fault) => `${order}, in peace: ${fault}`));
  log(`${plan.orders.length} orders were executed in peace, with ${service.effects.length} effects.`);
  service.effects.length = 0;
  service.calls.length = 0;

  const begun = Date.now();
  const killer = new Killer(world, database);
  const person = new Person(world);
  const controller = new AbortController();
  const killing = strikeAll(world, killer, plan, controller.signal, log);
  const working = workThrough(world, plan.orders, person, 'storm').finally(() => controller.abort());
  const [runs] = await Promise.all([working, killing]);
  const took = Date.now() - begun;

  const stormy = await endings(world, plan.orders, runs);
  for (const [order, { state, faults }] of stormy) {
    broken.push(...faults.map((fault) => `${order}: ${fault}`));
    const expected = peaceful.get(order)?.state;
    if (expected !== undefined) broken.push(...differences(order, expected, state));
  }
  const carriedOut = [...killer.counts.values()].reduce((sum, count) => sum + count, 0);
  if (carriedOut !== plan.kills.length)
    broken.push(`${carriedOut} of ${plan.kills.length} kills were carried out.`);
  broken.push(...world.crew.accidents.map((accident) => `Nobody wished for it: ${accident}.`));
  const journals = [...stormy.values()].flatMap((ending) => ending.journals);
  return {
    seed,
    took,
    kills: killer.counts,
    orders: plan.orders.length,
    runs: journals.length,
    effects: service.effects.length,
    repeatedCalls: service.calls.length - service.effects.length,
    reviews: { recorded: person.decided.record.size, retried: person.decided.retry.size },
    takeOvers: takeOvers(journals, killer.deaths),
    broken,
  };
}

/** Each kill when its effect has happened. */
async function strikeAll(
  world: ChaosWorld,
  killer: Killer,
  { kills }: StormPlan,
  over: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  for (const [index, kill] of kills.entries()) {
    while (world.service.effects.length < kill.afterEffects) {
      if (over.aborted) return;
      await killer.lookAround();
      await sleep(2);
    }
    await killer.strike(kill);
    if ((index + 1) % 50 === 0) log(`${index + 1} of ${kills.length} kills.`);
  }
}

async function endings(world: ChaosWorld, orders: readonly Order[], runs: ReadonlyMap<string, string>) {
  const read = new Map<string, Awaited<ReturnType<typeof readEnding>>>();
  for (const order of orders) read.set(order.id, await readEnding(world, order, runs.get(order.id) ?? ''));
  return read;
}

function differences(order: string, expected: FinalState, found: FinalState): string[] {
  return (Object.keys(expected) as (keyof FinalState)[]).flatMap((part) =>
    isDeepStrictEqual(expected[part], found[part])
      ? []
      : [
          `${order}: ${part} in peace ${JSON.stringify(expected[part])}, in the storm ${JSON.stringify(found[part])}`,
        ],
  );
}
