import type pg from 'pg';
import type { Clock } from '../../../contract/clock.ts';
import type { SpendLimit } from './spend-limit.ts';
import { ownerWord } from './spend-owner.ts';

/** Milliseconds after which the limits are read again, and after which a reading may not decide any more. */
const REFRESH_AFTER = 500;
const STALE_AFTER = 2_000;
const RETRY_AFTER = 200;

export type SpendLimits = {
  /**
   * The limits that a run of this agent, started by this principal, is under, as they stood at most two seconds ago. Waits for a reading when
   * there is none so young. Rejects with the signal's reason when that fires first.
   */
  of(
    run: { tenant: string; agent: string; principal: string },
    signal: AbortSignal,
  ): Promise<readonly SpendLimit[]>;
  /** Resolves at once where there is a reading that {@link of} would take; else waits for one as it does. */
  fresh(signal: AbortSignal): Promise<void>;
};

/**
 * Keeps the limits of all tenants at hand, so that asking costs no query. While nobody asks, nothing is read.
 *
 * @param parts.load reads the limits of all tenants
 * @example
 * const limits = createSpendLimits({ load: () => loadSpendLimits(pool), clock });
 * await limits.of({ tenant: 'acme', agent: 'support', principal: 'key_1' }, signal); // [{ period: 'month', unit: 'nano_usd', … }]
 */
export function createSpendLimits({
  load,
  clock,
}: {
  load: () => Promise<readonly SpendLimit[]>;
  clock: Clock;
}): SpendLimits {
  // A reading is as old as the moment at which it was begun: what was set later may be missing from it.
  let last: { begun: number; byTenant: Map<string, SpendLimit[]> } | undefined;
  let running: Promise<void> | undefined;

  const read = async () => {
    const begun = clock.now();
    const limits = await load();
    last = { begun, byTenant: Map.groupBy(limits, ({ tenant }) => tenant) };
  };
  const refresh = () => {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  };

  const reading = async (signal: AbortSignal) => {
    for (;;) {
      signal.throwIfAborted();
      const age = last === undefined ? Number.POSITIVE_INFINITY : clock.now() - last.begun;
      // One that fails shows where it matters: once the last good one is too old.
      if (age > REFRESH_AFTER) refresh().catch(() => {});
      if (last !== undefined && age <= STALE_AFTER) return last;
      await refresh().catch(() => clock.sleep(RETRY_AFTER, signal));
    }
  };

  return {
    async of({ tenant, agent, principal }, signal) {
      const owners = ['', agent, ownerWord({ key: principal })];
      const { byTenant } = await reading(signal);
      return (byTenant.get(tenant) ?? []).filter((limit) => owners.includes(limit.agent));
    },
    async fresh(signal) {
      await reading(signal);
    },
  };
}

type Row = Omit<SpendLimit, 'amount' | 'setAt'> & { alive: boolean; amount: string; setAt: Date };

/**
 * Reads the limits of all tenants. The pool is the worker's: the API's sees one tenant only.
 *
 * @param epoch under which the worker is registered
 * @throws when the worker was declared dead: what it holds of budgets may be somebody else's
 */
export async function loadSpendLimits(pool: pg.Pool, epoch: number | undefined): Promise<SpendLimit[]> {
  const { rows } = await pool.query<Row | { alive: boolean; tenant: null }>({
    name: 'spend-limits',
    text: `SELECT w.epoch IS NOT NULL AS alive, l.tenant, l.agent, l.period, l.unit, l.amount,
        l.when_spent AS "whenSpent", l.set_at AS "setAt"
      FROM (SELECT) one LEFT JOIN worker w ON w.epoch = $1 LEFT JOIN spend_limit l ON true
      ORDER BY l.agent, l.period, l.unit`,
    values: [epoch ?? null],
  });
  if (rows.some(({ alive }) => !alive))
    throw new Error('This worker was declared dead, and may spend nothing.');
  return rows.flatMap((row) => {
    if (row.tenant === null) return [];
    const { alive: _, setAt, amount, ...limit } = row;
    return [{ ...limit, amount: Number(amount), setAt: setAt.getTime() }];
  });
}
