import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, startChaosWorld } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import type { Place } from './kill-plan.ts';
import { TRANSFER } from './projects.ts';

type Case = {
  place: Place;
  decision: 'retry' | 'record' | 'fail';
  /** Calls that the service heard of before the decision, and in all. */
  calls: [before: number, after: number];
  output: (order: string) => unknown;
};

const CASES: Case[] = [
  { place: 'started', decision: 'retry', calls: [0, 1], output: (order) => ({ sent: { order } }) },
  { place: 'performed', decision: 'retry', calls: [1, 2], output: (order) => ({ sent: { order } }) },
  { place: 'performed', decision: 'record', calls: [1, 1], output: () => ({ sent: 'so says ada' }) },
  { place: 'performed', decision: 'fail', calls: [1, 1], output: () => ({ failed: 'effect_unknown' }) },
  { place: 'started', decision: 'fail', calls: [0, 0], output: () => ({ failed: 'effect_unknown' }) },
];

const orderOf = ({ place, decision }: Case) => `${place} ${decision}`;

let world: ChaosWorld;
/** Ids of the runs of {@link CASES}, in the same order, all of them cut off and waiting. */
let runs: string[];
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: 5 });
  await world.deploy(TRANSFER);
  runs = await Promise.all(
    CASES.map((test) => {
      const plan = { agent: 'transfer', call: 'tool:send#1', place: test.place } as const;
      return world.submitDoomed('transfer', { order: orderOf(test) }, plan);
    }),
  );
  await Promise.all(runs.map((run) => world.client.until(run, ['waiting'], 60_000)));
}, 90_000);
afterAll(() => world?.stop());

/** How often the service heard of the call of this run. */
async function callsOf(run: string): Promise<number> {
  const journal = await readJournal(world.owner, run);
  const keys = journal.flatMap((meta) => (meta.kind === 'tool.started' ? [meta.idempotencyKey] : []));
  return world.service.calls.filter(({ key }) => keys.includes(key ?? '')).length;
}

describe('a write that is not idempotent and was cut off by a death', () => {
  it.each(CASES)('is not repeated until a person says so ($place, $decision)', async (test) => {
    const run = runs[CASES.indexOf(test)] ?? '';
    const reviews = await world.client.reviewsOf(run);
    expect(reviews).toMatchObject([{ kind: 'unknown-outcome', tool: 'send', status: 'pending' }]);
    expect(await callsOf(run)).toBe(test.calls[0]);

    const more = test.decision === 'record' ? { output: 'so says ada' } : {};
    expect(await world.client.decide(reviews[0]?.id ?? '', test.decision, more)).toMatchObject({
      status: 200,
    });
    const order = orderOf(test);
    expect(await world.client.until(run)).toMatchObject({ status: 'succeeded', output: test.output(order) });

    expect(await callsOf(run)).toBe(test.calls[1]);
    // The service knows the key: a call that is repeated has its effect once.
    expect(effectsOf(world, order)).toHaveLength(Math.min(test.calls[1], 1));
    const journal = await readJournal(world.owner, run);
    expect(journal.filter(({ kind }) => kind === 'review.requested')).toHaveLength(1);
    checkSteps(journal);
  });

  it('is asked about once, however often the workers die while the question is open', async () => {
    const order = 'patience';
    const plan = { agent: 'transfer', call: 'tool:send#1', place: 'performed' } as const;
    const run = await world.submitDoomed('transfer', { order }, plan);
    await world.client.until(run, ['waiting']);
    const { id } = await world.client.reviewOf(run);
    for (const member of world.crew.members) world.crew.kill(member);
    await world.client.decide(id, 'record', { output: 'found' });
    expect(await world.client.until(run)).toMatchObject({ status: 'succeeded', output: { sent: 'found' } });
    expect(effectsOf(world, order)).toHaveLength(1);
    const { rowCount } = await world.owner.query('SELECT 1 FROM review WHERE run = $1', [run]);
    expect(rowCount).toBe(1);
  });

  it('has been cut off by every plan of these tests', async () => {
    expect(await world.survived()).toEqual([]);
    expect(world.crew.accidents).toEqual([]);
  });
});
