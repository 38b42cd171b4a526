import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTenant } from '../vault/index.ts';
import { claimRuns } from './claim.ts';
import { openTestQueue, type TestQueue } from './testing/open-test-queue.ts';

/** Work that comes each second of the simulation, and for how many seconds each run works. */
type Load = { tenant: string; lane: 0 | 1 | 2; every: number; count: number; seconds: number };
type Wait = { tenant: string; lane: number; seconds: number };

/** Ten places for work that would need more than thirty. */
const CAPACITY = 10;
const SECONDS = 240;
const LOADS: Load[] = [
  { tenant: 'flood', lane: 1, every: 1, count: 6, seconds: 3 },
  { tenant: 'flood', lane: 0, every: 1, count: 1, seconds: 3 },
  { tenant: 'flood', lane: 2, every: 5, count: 1, seconds: 1 },
  { tenant: 'slow', lane: 1, every: 4, count: 3, seconds: 12 },
  { tenant: 'small', lane: 1, every: 10, count: 1, seconds: 1 },
  { tenant: 'night', lane: 2, every: 2, count: 1, seconds: 2 },
];

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
  for (const { tenant } of LOADS) {
    await createTenant(queue.owner, queue.keys, { id: tenant, name: tenant }).catch(() => {});
  }
});
afterAll(() => queue?.drop());

/** A second passes for everything that waits: time is moved, not waited for. */
async function arrive(second: number): Promise<void> {
  const coming = LOADS.filter(({ every }) => second % every === 0);
  await queue.owner.query(
    `UPDATE run SET queued_at = queued_at - interval '1 second' WHERE status = 'queued'`,
  );
  await queue.owner.query(
    `INSERT INTO run (id, tenant, class, agent, kind, version, principal, lane, ready_lane, budget, host_deaths)
     SELECT gen_random_uuid(), l.tenant, 'standard', 'a', 'agent', 'v', 'ada', l.lane, l.lane, '{}', l.seconds
     FROM jsonb_to_recordset($1) AS l(tenant text, lane smallint, count int, seconds smallint),
       generate_series(1, l.count)`,
    [JSON.stringify(coming)],
  );
}

/** How long each run that was begun had waited, by the simulation’s clock. */
async function simulate(): Promise<Wait[]> {
  const owner = await queue.worker(600_000);
  const waits: Wait[] = [];
  let live: { tenant: string; until: number; id: string }[] = [];
  for (let second = 0; second < SECONDS; second += 1) {
    await arrive(second);
    const ended = live.filter(({ until }) => until <= second);
    await queue.owner.query(`UPDATE run SET status = 'succeeded' WHERE id = ANY($1)`, [
      ended.map(({ id }) => id),
    ]);
    live = live.filter(({ until }) => until > second);
    const busy = new Map(
      [...Map.groupBy(live, ({ tenant }) => tenant)].map(([key, runs]) => [key, runs.length]),
    );
    const room = Math.max(0, CAPACITY - live.length);
    const claimed = await claimRuns(queue.pool, owner, {
      room,
      reserve: CAPACITY + 1 - live.length - room,
      busy,
    });
    const { rows } = await queue.owner.query<{ id: string; waited: number; lane: number; work: number }>(
      `SELECT id, round(extract(epoch FROM now() - queued_at))::int AS waited, lane, host_deaths AS work
       FROM run WHERE id = ANY($1)`,
      [claimed.map(({ facts }) => facts.id)],
    );
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    for (const { facts } of claimed) {
      const { waited = 0, lane = 0, work = 0 } = rowOf.get(facts.id) ?? {};
      waits.push({ tenant: facts.tenant, lane, seconds: waited });
      live.push({ tenant: facts.tenant, until: second + work, id: facts.id });
    }
  }
  return waits;
}

describe('a worker that is offered far more than it can do, for minutes', () => {
  it('lets nobody starve, keeps lanes apart and shares its places', async () => {
    const waits = await simulate();
    const longest = (tenant: string, lane: number) =>
      Math.max(
        ...waits.filter((wait) => wait.tenant === tenant && wait.lane === lane).map(({ seconds }) => seconds),
      );
    const begun = (tenant: string, lane: number) =>
      waits.filter((wait) => wait.tenant === tenant && wait.lane === lane).length;

    // Who asks for little waits for little, whatever the others ask for.
    expect(longest('small', 1)).toBeLessThanOrEqual(5);
    expect(begun('small', 1)).toBe(SECONDS / 10);
    // Urgent runs overtake the same tenant’s others.
    expect(longest('flood', 0)).toBeLessThan(longest('flood', 1));
    // The lowest lane of all moves on too: no later than two minutes of ageing and its turn.
    expect(begun('night', 2)).toBeGreaterThan(30);
    expect(longest('night', 2)).toBeLessThan(160);
    // Also behind more runs of its own tenant than that can ever do: what has waited for long enough has a turn.
    expect(begun('flood', 2)).toBeGreaterThan(10);
    // The flood gets what the others leave, and its own runs in the order in which they came.
    expect(begun('flood', 1)).toBeGreaterThan(100);
    expect(begun('slow', 1)).toBeGreaterThan(40);
  });
});
