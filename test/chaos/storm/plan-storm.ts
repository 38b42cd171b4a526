import { seededRandom } from './seeded-random.ts';

/** Which workflow a run executes, and how many effects it has in the world when nobody disturbs it. */
export const EFFECTS = { journey: 5, transfer: 1, trip: 4 } as const;

export type Order = { id: string; workflow: keyof typeof EFFECTS };

/** `immediate`: no goodbye, as `pg_ctl stop -m immediate` does it; `kill`: kill -9 of the server's first process. */
export type DatabaseDeath = 'immediate' | 'kill';

/** What dies at once. */
export type Kill = {
  /** It strikes when so many effects have happened in all. */
  afterEffects: number;
  worker: boolean;
  codeHost: boolean;
  database?: DatabaseDeath;
  /** Chooses among those that live at that moment: a number that their count divides. */
  victim: number;
};

export type StormPlan = { orders: Order[]; kills: Kill[] };

/** How often each kind comes, of 100. */
const KINDS: [share: number, what: Pick<Kill, 'worker' | 'codeHost' | 'database'>][] = [
  [50, { worker: true, codeHost: false }],
  [26, { worker: false, codeHost: true }],
  [4, { worker: false, codeHost: false, database: 'immediate' }],
  [6, { worker: false, codeHost: false, database: 'kill' }],
  [3, { worker: true, codeHost: false, database: 'immediate' }],
  [6, { worker: true, codeHost: true }],
  [3, { worker: false, codeHost: true, database: 'kill' }],
  [2, { worker: true, codeHost: true, database: 'immediate' }],
];

const WORKFLOWS: Order['workflow'][] = ['journey', 'journey', 'transfer', 'transfer', 'transfer', 'trip'];
/** Effects between two kills, on average. */
const CALM = 4;
const FEWEST_ORDERS = 20;
/** The last kill falls before the last orders are done: a storm that comes after the work disturbs nothing. */
const SHARE_IN_STORM = 0.95;

/**
 * The orders and the deaths of a storm: the same seed, the same storm. Moments are counted in effects, not in
 * seconds, so that a slow machine sees the same.
 *
 * @example
 * planStorm({ seed: 7, kills: 50 }).kills[0]; // { afterEffects: 3, worker: true, codeHost: false, victim: 611 }
 */
export function planStorm({ seed, kills }: { seed: number; kills: number }): StormPlan {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const orders: Order[] = [];
  let effects = 0;
  while (orders.length < FEWEST_ORDERS || effects < kills * CALM) {
    const workflow = WORKFLOWS[below(WORKFLOWS.length)] ?? 'journey';
    orders.push({ id: `order-${orders.length}`, workflow });
    effects += EFFECTS[workflow];
  }
  const moments = Array.from({ length: kills }, () => 1 + below(effects * SHARE_IN_STORM));
  return {
    orders,
    kills: moments
      .sort((one, other) => one - other)
      .map((afterEffects) => ({ afterEffects, ...kindOf(below(100)), victim: below(1_000) })),
  };
}

function kindOf(number: number): Pick<Kill, 'worker' | 'codeHost' | 'database'> {
  let left = number;
  for (const [share, what] of KINDS) {
    if (left < share) return what;
    left -= share;
  }
  throw new Error('The shares of the kinds of deaths do not add up to 100.');
}

/**
 * How a kill is called in a report.
 *
 * @example
 * nameOf({ afterEffects: 1, worker: true, codeHost: false, database: 'kill', victim: 0 }); // 'worker + database (kill)'
 */
export function nameOf({ worker, codeHost, database }: Kill): string {
  const parts = [
    ...(worker ? ['worker'] : []),
    ...(codeHost ? ['code host'] : []),
    ...(database === undefined ? [] : [`database (${database})`]),
  ];
  return parts.join(' + ');
}
