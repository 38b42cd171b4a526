import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ShownRun } from '../world/client.ts';
import { type ChaosWorld, effectsOf, seeThrough, startChaosWorld } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import { entryName } from './kill-plan.ts';
import { JOURNEY } from './projects.ts';

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: 12 });
  world.openai.answer(() => ({ text: 'Yes.' }));
  await world.deploy(JOURNEY);
});
afterAll(() => world?.stop());

/** A run that nobody disturbs, and the names of all that its journal holds. */
async function undisturbed(): Promise<{ run: ShownRun; entries: string[] }> {
  const [run] = await seeThrough(world, [await world.client.submit('journey', { order: 'calm' })]);
  if (run === undefined) throw new Error('There is no undisturbed run.');
  expect(run).toMatchObject({ status: 'succeeded' });
  const journal = await readJournal(world.owner, run.id);
  return { run, entries: [...new Set(journal.map(entryName))].filter((name) => name !== 'run.created') };
}

it('a worker that dies behind any entry of a journal changes nothing of what the run does', async () => {
  const calm = await undisturbed();
  expect(calm.entries.length).toBeGreaterThan(25);
  const runs = await Promise.all(
    calm.entries.map((entry) =>
      world.submitDoomed('journey', { order: entry }, { agent: 'journey', entry, when: 'after' }),
    ),
  );
  for (const [index, run] of (await seeThrough(world, runs, 90_000)).entries()) {
    const entry = calm.entries[index] ?? '';
    const output = { ...(calm.run.output as object), found: entry, paid: entry };
    expect(run, entry).toMatchObject({ status: 'succeeded', output });
    expect(effectsOf(world, entry).sort(), entry).toEqual(effectsOf(world, 'calm').sort());
    checkSteps(await readJournal(world.owner, run.id));
  }
  expect(await world.survived(), 'plans that were not carried out').toEqual([]);
  expect(world.crew.accidents).toEqual([]);
}, 120_000);
