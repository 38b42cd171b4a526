import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, seeThrough, startChaosWorld, type WithoutId } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import type { KillPlan } from './kill-plan.ts';
import { JOURNEY } from './projects.ts';

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: 12 });
  world.openai.answer(() => ({ text: 'Yes.' }));
  await world.deploy(JOURNEY);
});
afterAll(() => world?.stop());

const agent = 'journey';
const look = 'tool:look#1';
const post = 'all#1/left#1/tool:post#1';
const child = 'errand';

/** Where the worker dies, and what the plan says of it. */
const DEATHS: [where: string, plan: WithoutId<KillPlan>][] = [
  ['right after a claim', { agent, statement: 'claim', when: 'after' }],
  ['before a read leaves', { agent, call: look, place: 'started' }],
  ['behind a read', { agent, call: look, place: 'performed' }],
  ['between writing ahead and the effect', { agent, call: post, place: 'started' }],
  ['between the effect and its completion', { agent, call: post, place: 'performed' }],
  ['with a result that is not written down', { agent, call: post, place: 'back' }],
  ['before a model is asked', { agent, call: 'model#1', place: 'started' }],
  ['with an answer of a model that is not written down', { agent, call: 'model#1', place: 'performed' }],
  ['before a child is made', { agent: child, statement: 'create-runs', when: 'before' }],
  ['behind the making of a child', { agent: child, statement: 'create-runs', when: 'after' }],
  ['in the effect of a child', { agent: child, call: 'tool:post#1', place: 'performed' }],
  ['before a child’s end is written', { agent: child, entry: 'run.succeeded', when: 'before' }],
  ['while a child tells its parent', { agent: child, statement: 'tell-parent', when: 'after' }],
  ['when a child has told its parent', { agent: child, statement: 'commit', when: 'after' }],
  ['before a parent writes that its child ended', { agent, entry: 'child.completed', when: 'before' }],
  ['before a question reaches the inbox of people', { agent, statement: 'open-review', when: 'before' }],
  [
    'with a question that people have and the run’s row does not',
    { agent, statement: 'open-review', when: 'after' },
  ],
  [
    'with a decision that was read and is not written down',
    { agent, entry: 'review.decided', when: 'before' },
  ],
  ['before it is written that the run waits', { agent, entry: 'run.waiting', when: 'before' }],
  ['before a timer that rang is written down', { agent, entry: 'timer.fired', when: 'before' }],
  ['before the end is written', { agent, entry: 'run.succeeded', when: 'before' }],
];

describe('a worker that dies between two steps', () => {
  it('changes nothing of what the run does', async () => {
    const runs = await Promise.all(
      DEATHS.map(([order, plan]) => world.submitDoomed('journey', { order }, plan)),
    );
    for (const [index, run] of (await seeThrough(world, runs, 90_000)).entries()) {
      const [order = ''] = DEATHS[index] ?? [];
      expect(run, order).toMatchObject({
        status: 'succeeded',
        output: {
          found: order,
          posted: { left: 'left', right: 'right' },
          text: 'Yes.',
          errands: 'errand',
          decision: 'approved',
          paid: order,
        },
      });
      expect(effectsOf(world, order).sort(), order).toEqual([
        'look',
        'pay',
        'post errand',
        'post left',
        'post right',
      ]);
      checkSteps(await readJournal(world.owner, run.id));
    }
    expect(await world.survived(), 'plans that were not carried out').toEqual([]);
    expect(world.crew.accidents).toEqual([]);
  }, 120_000);

  it('has calls repeated under the same key, so that the service could tell', () => {
    const { calls, effects } = world.service;
    expect(calls.length).toBeGreaterThan(effects.length);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(effects.length);
  });
});
