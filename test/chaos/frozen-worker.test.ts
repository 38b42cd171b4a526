import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, startChaosWorld } from './chaos-world.ts';
import { answerUntilEnded, beginInstalments, checkInstalments, ownersNow } from './instalments.ts';
import { INSTALMENTS } from './projects.ts';

const FROST = 5_000;
const RUNS = 6;

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: RUNS });
  await world.deploy(INSTALMENTS);
});
afterAll(() => world?.stop());

/** Whose epochs the run's frames carry, in order; the first frame is its creator's. */
async function epochsOf(run: string): Promise<string[]> {
  const { rows } = await world.owner.query<{ epoch: string }>(
    'SELECT epoch FROM frame WHERE stream = $1 AND frame > 0 ORDER BY frame',
    [run],
  );
  return rows.map(({ epoch }) => epoch);
}

describe('a worker that is frozen for 5 s and thaws', () => {
  it('finds its runs taken over: what it still writes or learns does them no harm', async () => {
    const runs = await beginInstalments(world, RUNS);
    const owned = await ownersNow(world, runs);
    const frozen = world.crew.ready.find((member) =>
      [...owned.values()].includes(world.crew.nameOf(member) ?? ''),
    );
    if (frozen === undefined) throw new Error('No worker has a run.');
    const name = world.crew.nameOf(frozen);
    const his = runs.filter((run) => owned.get(run) === name);

    frozen.kill('SIGSTOP');
    await sleep(FROST);
    const taken = await ownersNow(world, his);
    expect([...taken.values()], 'nothing is his any more').not.toContain(name);
    frozen.kill('SIGCONT');

    await answerUntilEnded(world, runs);
    const owners = await checkInstalments(world, runs);
    for (const run of his) {
      expect(owners.get(run)?.length, 'it had another owner').toBeGreaterThan(1);
      const epochs = await epochsOf(run);
      const [first] = epochs;
      const next = epochs.findIndex((epoch) => epoch !== first);
      expect(epochs.slice(next), 'once another has written, he writes no more').not.toContain(first);
    }
    // He did not end: he starts afresh, under another name.
    await expect.poll(() => world.crew.nameOf(frozen), { timeout: 20_000 }).not.toBe(name);
    expect(world.crew.accidents).toEqual([]);
    expect(world.crew.killed).toBe(0);
  }, 90_000);
});
