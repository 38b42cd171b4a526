import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, seeThrough, startChaosWorld, type WithoutId } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import type { KillPlan } from './kill-plan.ts';
import { TRIP } from './projects.ts';

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: 6 });
  await world.deploy(TRIP);
});
afterAll(() => world?.stop());

async function cancel(run: string): Promise<void> {
  expect(await world.client.send('POST', `/v1/runs/${run}/cancel`)).toMatchObject({ status: 202 });
}

const agent = 'trip';
const undoHotel = 'tool:hotel#1/compensate';
const undoFlight = 'tool:flight#1/compensate';

const DEATHS: [where: string, plan: WithoutId<KillPlan>][] = [
  ['before the cancel is written down', { agent, entry: 'cancel.requested', when: 'before' }],
  ['behind the cancel', { agent, entry: 'cancel.requested', when: 'after' }],
  ['before the first thing is undone', { agent, call: undoHotel, place: 'started' }],
  ['with the first thing undone and nothing written of it', { agent, call: undoHotel, place: 'performed' }],
  ['between the first and the second', { agent, entry: `tool.completed ${undoHotel}`, when: 'after' }],
  ['with the second undone and nothing written of it', { agent, call: undoFlight, place: 'back' }],
  ['before the end is written', { agent, entry: 'run.cancelled', when: 'before' }],
  ['behind the end', { agent, entry: 'run.cancelled', when: 'after' }],
];

describe('a worker that dies in the middle of a cancel', () => {
  it('leaves nothing that is not undone, and nothing that is undone twice', async () => {
    const runs = await Promise.all(
      DEATHS.map(([order, plan]) => world.submitDoomed('trip', { order }, plan)),
    );
    await Promise.all(runs.map((run) => world.client.until(run, ['waiting'])));
    await Promise.all(runs.map(cancel));
    for (const [index, run] of (await seeThrough(world, runs)).entries()) {
      const [order = ''] = DEATHS[index] ?? [];
      expect(run, order).toMatchObject({ status: 'cancelled', error: null });
      expect(effectsOf(world, order), order).toEqual([
        'book-flight',
        'book-hotel',
        'undo-hotel',
        'undo-flight',
      ]);
      const journal = await readJournal(world.owner, run.id);
      // A sleep that was cancelled never ends.
      checkSteps(journal.filter(({ kind }) => kind !== 'timer.set'));
      expect(journal.at(-1)?.kind).toBe('run.cancelled');
    }
    expect(await world.survived(), 'plans that were not carried out').toEqual([]);
    expect(world.crew.accidents).toEqual([]);
  }, 60_000);

  it('has a person asked about an undoing that must not be repeated', async () => {
    const order = 'concert';
    const plan = { agent: 'concert', call: 'tool:ticket#1/compensate', place: 'performed' } as const;
    const run = await world.submitDoomed('concert', { order }, plan);
    await world.client.until(run, ['waiting']);
    await cancel(run);
    await expect.poll(() => world.client.reviewsOf(run), { timeout: 15_000 }).toHaveLength(1);
    const review = await world.client.reviewOf(run);
    expect(review).toMatchObject({ kind: 'unknown-outcome', tool: 'ticket' });
    await world.client.decide(review.id, 'record', { output: null });
    expect(await world.client.until(run)).toMatchObject({ status: 'cancelled' });
    expect(effectsOf(world, order)).toEqual(['book-ticket', 'undo-ticket']);
  });
});
