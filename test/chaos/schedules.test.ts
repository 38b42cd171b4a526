import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChaosWorld, effectsOf, startChaosWorld, type WithoutId } from './chaos-world.ts';
import { checkSteps, readJournal } from './check-journal.ts';
import type { KillPlan } from './kill-plan.ts';
import { CHIME } from './projects.ts';

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ workers: 3, capacity: 6, paces: { scheduleLookEvery: 200 } });
  await world.deploy(CHIME);
});
afterAll(() => world?.stop());

const agent = 'chime';

/** Where the worker dies, and what the plan says of it. */
const DEATHS: [where: string, plan: WithoutId<KillPlan>][] = [
  ['with the schedule taken', { agent, statement: 'take-schedule', when: 'after' }],
  ['before the run is made', { agent, statement: 'create-runs', when: 'before' }],
  ['behind the making of the run', { agent, statement: 'create-runs', when: 'after' }],
  ['before the schedule steps on', { agent, statement: 'advance-schedule', when: 'before' }],
  ['before the commit that holds both', { agent, statement: 'commit', when: 'before' }],
  ['behind the commit that holds both', { agent, statement: 'commit', when: 'after' }],
];

let made = 0;
async function schedule(order: string, subject?: string): Promise<string> {
  made += 1;
  const answer = await world.client.send<{ id: string }>('POST', '/v1/schedules', {
    name: `chime-${made}`,
    agent,
    input: { order },
    cron: '0 0 1 1 *',
    ...(subject === undefined ? {} : { subject }),
  });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body.id;
}

/** One tick of each schedule comes now. */
const tick = (ids: string[]) =>
  world.owner.query("UPDATE schedule SET next_at = date_trunc('second', now()) WHERE id = ANY($1::uuid[])", [
    ids,
  ]);

/** The runs of each schedule once they have ended, and no schedule is due any more. */
async function runsOf(ids: string[]): Promise<Map<string, string[]>> {
  await expect
    .poll(
      async () => {
        const { rows } = await world.owner.query(
          `SELECT (SELECT count(*)::int FROM schedule WHERE id = ANY($1::uuid[]) AND next_at <= now()) AS due,
             (SELECT count(*)::int FROM run WHERE schedule = ANY($1::uuid[]) AND finished_at IS NULL) AS open`,
          [ids],
        );
        return rows;
      },
      { timeout: 80_000 },
    )
    .toEqual([{ due: 0, open: 0 }]);
  const { rows } = await world.owner.query<{ schedule: string; id: string }>(
    'SELECT schedule, id FROM run WHERE schedule = ANY($1::uuid[])',
    [ids],
  );
  const runs = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { schedule: of, id } of rows) runs.get(of)?.push(id);
  return runs;
}

describe('a tick', () => {
  it('makes one run, wherever the worker dies that deals with it', async () => {
    const ids: string[] = [];
    for (const [order, plan] of DEATHS) ids.push(await schedule(order, world.doom(plan)));
    await tick(ids);
    for (const [index, runs] of [...(await runsOf(ids)).values()].entries()) {
      const [order = ''] = DEATHS[index] ?? [];
      expect(runs, order).toHaveLength(1);
      expect(await world.client.show(runs[0] ?? ''), order).toMatchObject({ status: 'succeeded' });
      expect(effectsOf(world, order), order).toEqual(['ring']);
      checkSteps(await readJournal(world.owner, runs[0] ?? ''));
    }
    expect(await world.survived(), 'plans that were not carried out').toEqual([]);
    expect(world.crew.accidents).toEqual([]);
  }, 120_000);

  it('makes one run, however many workers look at it', async () => {
    const orders = Array.from({ length: 30 }, (_, index) => `shared-${index}`);
    const ids: string[] = [];
    for (const order of orders) ids.push(await schedule(order));
    await tick(ids);
    for (const runs of (await runsOf(ids)).values()) expect(runs).toHaveLength(1);
    for (const order of orders) expect(effectsOf(world, order)).toEqual(['ring']);
  }, 120_000);
});
