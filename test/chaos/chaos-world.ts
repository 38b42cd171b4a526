import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Paces } from '../../src/surfaces/composition/paces.ts';
import type { TestDatabase } from '../database/index.ts';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';
import { Crew } from './crew.ts';
import { type KillPlan, toSubject } from './kill-plan.ts';

/** A world whose workers are processes that may die. The API lives in the test's process. */
export type ChaosWorld = World & {
  crew: Crew;
  /** As the database's owner, who may look at everything. */
  owner: pg.Pool;
  /** Remembers a plan, and gives the subject by which it travels. */
  doom(plan: WithoutId<KillPlan>): string;
  /** Submits a run whose worker dies by `plan`, and remembers the plan. */
  submitDoomed(agent: string, input: unknown, plan: WithoutId<KillPlan>): Promise<string>;
  /** The remembered plans that nobody carried out although their moment came. */
  survived(): Promise<string[]>;
};

/** A plan as a test writes it down. */
export type WithoutId<Plan> = Plan extends unknown ? Omit<Plan, 'id'> : never;

export async function startChaosWorld(options: {
  workers: number;
  capacity: number;
  /** Dropped with the world. Default: one on the server of the test run. */
  database?: TestDatabase;
  /** What the workers would wait for comes sooner. */
  paces?: Paces;
}): Promise<ChaosWorld> {
  const { workers, capacity, database, paces = {} } = options;
  const world = await startWorld({ worker: false, ...(database === undefined ? {} : { database }) });
  const graves = await mkdtemp(join(tmpdir(), 'bulkhead-graves-'));
  const { home } = world;
  const environment = { ...world.environment, DATABASE_URL: namedConnections(world.databaseUrl) };
  const crew = new Crew({ environment, home, graves, capacity, paces }, workers);
  const owner = new pg.Pool({ connectionString: world.databaseUrl, max: 2, application_name: 'chaos-test' });
  // Some tests cut connections.
  owner.on('error', () => {});
  const plans: KillPlan[] = [];
  const doom = (plan: WithoutId<KillPlan>) => {
    const doomed = { ...plan, id: String(plans.length) } as KillPlan;
    plans.push(doomed);
    return toSubject(doomed);
  };
  await crew.start();
  return {
    ...world,
    crew,
    owner,
    doom,
    submitDoomed: (agent, input, plan) => world.client.submit(agent, input, { subject: doom(plan) }),
    async survived() {
      const done = new Set(await readdir(graves));
      const left = plans.filter(({ id }) => !done.has(id));
      // A worker that dies by another plan between a commit and its acknowledgement has passed the moment `after` it,
      // which does not come again: the death fell there all the same. More than one in ten is no coincidence.
      const passed = left.filter((plan) => 'when' in plan && plan.when === 'after');
      if (passed.length > Math.ceil(plans.length / 10)) return left.map(toSubject);
      return left.filter((plan) => !passed.includes(plan)).map(toSubject);
    },
    async stop() {
      await crew.stop();
      await owner.end();
      await world.stop();
      await rm(graves, { recursive: true, force: true });
    },
  };
}

/** By the name `chaos-worker` a test finds the connections of workers. */
function namedConnections(url: string): string {
  const named = new URL(url);
  named.searchParams.set('application_name', 'chaos-worker');
  return named.href;
}

/** The effects of one order, in the order in which they happened: `post left`, `pay`. */
export function effectsOf({ service }: ChaosWorld, order: string): string[] {
  return service.effects.flatMap(({ name, input }) => {
    const of = input as { order: string; side?: string };
    if (of.order !== order) return [];
    return [of.side === undefined ? name : `${name} ${of.side}`];
  });
}

/** The runs once all of them have ended; meanwhile every question that they ask is answered with yes. */
export async function seeThrough(
  { client, owner }: ChaosWorld,
  runs: readonly string[],
  patience = 60_000,
): Promise<ShownRun[]> {
  const end = Date.now() + patience;
  for (;;) {
    const { rows } = await owner.query<{ id: string; status: string; review: string | null }>(
      `SELECT run.id, run.status, review.id AS review FROM run
       LEFT JOIN review ON review.run = run.id AND review.status = 'pending'
       WHERE run.id = ANY($1::uuid[]) AND finished_at IS NULL`,
      [runs],
    );
    if (rows.length === 0) return Promise.all(runs.map((run) => client.show(run)));
    for (const { review } of rows) if (review !== null) await client.decide(review, 'approved');
    if (Date.now() > end) throw new Error(`These runs do not move any more: ${JSON.stringify(rows)}`);
    await sleep(50);
  }
}
