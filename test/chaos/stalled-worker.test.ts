import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, startChaosWorld } from './chaos-world.ts';
import { readJournal } from './check-journal.ts';
import { answerUntilEnded, beginInstalments, checkInstalments, ownersNow } from './instalments.ts';
import { INSTALMENTS } from './projects.ts';

const STALL = 10_000;
const RUNS = 8;

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: RUNS / 2 });
  await world.deploy(INSTALMENTS);
});
afterAll(() => world?.stop());

const workers = async () => (await world.owner.query('SELECT id, epoch FROM worker ORDER BY id')).rows;

describe('a worker whose main thread is busy for 10 s', () => {
  it('keeps its runs: no other takes them over, its epoch stays, and all of them end right', async () => {
    const [stalled] = world.crew.ready;
    if (stalled === undefined) throw new Error('There is no worker.');
    const runs = await beginInstalments(world, RUNS);
    const before = await workers();
    const owned = await ownersNow(world, runs);
    const name = world.crew.nameOf(stalled);
    const his = runs.filter((run) => owned.get(run) === name);
    expect(his.length).toBeGreaterThan(0);

    world.crew.stall(stalled, STALL);
    expect(await answerUntilEnded(world, runs)).toEqual(new Set());
    const owners = await checkInstalments(world, runs);
    expect([...owners.values()].filter((of) => of.length !== 1)).toEqual([]);
    expect(await workers()).toEqual(before);
    // Nothing was written of his runs meanwhile, by anybody.
    for (const run of his) expect(await longestSilence(run)).toBeGreaterThan(STALL * 0.9);
    expect(world.crew.accidents).toEqual([]);
  }, 60_000);
});

/** Between two entries of a run's journal, ms. */
async function longestSilence(run: string): Promise<number> {
  const times = ((await readJournal(world.owner, run)) as { at?: number }[]).flatMap(({ at }) => at ?? []);
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}
