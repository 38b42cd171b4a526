import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, seeThrough, startChaosWorld, type WithoutId } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import type { KillPlan } from './kill-plan.ts';
import { RELAY } from './projects.ts';

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 2, capacity: 12 });
  await world.deploy(RELAY);
});
afterAll(() => world?.stop());

const agent = 'relay';

/** Where the worker dies, and what the plan says of it. */
const DEATHS: [where: string, plan: WithoutId<KillPlan>][] = [
  ['before it is written that the run goes on', { agent, entry: 'run.continued', when: 'before' }],
  ['with the end written and nothing made', { agent, entry: 'run.continued', when: 'after' }],
  ['before the statement that makes the next run', { agent, statement: 'run-before', when: 'after' }],
  ['behind the making of the next run', { agent, statement: 'continue-cancel', when: 'before' }],
  ['before the commit that holds both', { agent, statement: 'commit', when: 'before' }],
  ['behind the commit that holds both', { agent, statement: 'commit', when: 'after' }],
  ['when the next run was claimed', { agent, statement: 'claim', when: 'after' }],
  ['before the last end is written', { agent, entry: 'run.succeeded', when: 'before' }],
  ['before the parent hears of it', { agent: 'team', entry: 'child.completed', when: 'before' }],
];

it('a worker that dies while a run continues as new neither breaks the chain nor forks it', async () => {
  const runs = await Promise.all(
    DEATHS.map(([order, plan]) => world.submitDoomed('team', { order, laps: 2 }, plan)),
  );
  for (const [index, run] of (await seeThrough(world, runs, 90_000)).entries()) {
    const [order = ''] = DEATHS[index] ?? [];
    expect(run, order).toMatchObject({ status: 'succeeded', output: { order, arrived: true } });
    expect(effectsOf(world, order), order).toEqual(['post lap 2', 'post lap 1', 'post lap 0']);
    const { rows } = await world.owner.query<{ id: string; status: string; last: boolean }>(
      'SELECT id, status, continued_as IS NULL AS last FROM run WHERE parent = $1 ORDER BY id',
      [run.id],
    );
    expect(
      rows.map(({ status, last }) => [status, last]),
      order,
    ).toEqual([
      ['succeeded', false],
      ['succeeded', false],
      ['succeeded', true],
    ]);
    for (const { id, last } of rows) {
      const journal = await readJournal(world.owner, id);
      checkSteps(journal);
      expect(journal.at(-1)?.kind, order).toBe(last ? 'run.succeeded' : 'run.continued');
    }
    const journal = await readJournal(world.owner, run.id);
    checkSteps(journal);
    expect(
      journal.filter(({ kind }) => kind === 'child.completed'),
      order,
    ).toHaveLength(1);
  }
  expect(await world.survived(), 'plans that were not carried out').toEqual([]);
  expect(world.crew.accidents).toEqual([]);
}, 120_000);

it('a cancel of the parent ends the chain, whichever link it meets and whatever that one is doing', async () => {
  const runs = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      world.client.submit('team', { order: `cancelled-${index}`, laps: 4_000 }),
    ),
  );
  await Promise.all(
    runs.map(async (run, index) => {
      const links = async () =>
        (await world.owner.query('SELECT 1 FROM run WHERE parent = $1', [run])).rowCount ?? 0;
      await expect.poll(links, { timeout: 30_000, interval: 5 }).toBeGreaterThan(2 + (index % 4));
      expect(await world.client.send('POST', `/v1/runs/${run}/cancel`)).toMatchObject({ status: 202 });
      expect(await world.client.until(run, undefined, 30_000)).toMatchObject({ status: 'cancelled' });
      const { rows } = await world.owner.query<{ status: string; last: boolean }>(
        'SELECT status, continued_as IS NULL AS last FROM run WHERE parent = $1 ORDER BY id',
        [run],
      );
      expect(rows.pop()).toEqual({ status: 'cancelled', last: true });
      expect(new Set(rows.map(({ status, last }) => `${status} ${last}`))).toEqual(
        new Set(['succeeded false']),
      );
    }),
  );
}, 90_000);
