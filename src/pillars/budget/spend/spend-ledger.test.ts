import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import { systemClock } from '../../../contract/clock.ts';
import { openStore, type Store } from '../../../foundation/store/index.ts';
import type { Told } from './pocket.ts';
import { createSlices, type Slices } from './slices.ts';
import { SpendLedger } from './spend-ledger.ts';
import type { SpendLimit } from './spend-limit.ts';
import { loadSpendLimits } from './spend-limits.ts';

const DOLLAR = 1_000_000_000;
const CENT = DOLLAR / 100;

let database: TestDatabase;
let store: Store;
let owner: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url, role: 'bulkhead_worker' });
  owner = new pg.Pool({ connectionString: database.url, max: 1 });
  await owner.query(
    "INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ('acme', 'Acme', gen_random_uuid(), '')",
  );
  await register(1);
});
afterAll(async () => {
  await Promise.all([store?.close(), owner?.end()]);
  await database?.drop();
});

const register = (epoch: number) =>
  owner.query(
    `INSERT INTO worker (id, epoch, lease_until) VALUES (gen_random_uuid(), ${epoch}, now() + interval '1 hour')`,
  );

const started: SpendLedger[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((ledger) => ledger.stop()));
  await owner.query('DELETE FROM spend_limit; DELETE FROM spend_period; DELETE FROM spend_slice');
});

function worker(
  parts: { slices?: Slices; patience?: number; onWarning?: (told: Told) => void } = {},
): SpendLedger {
  const { slices = createSlices(store.pool, () => 1), patience = 2_000, onWarning } = parts;
  const ledger = new SpendLedger({
    slices,
    clock: systemClock,
    patience,
    onWarning: (_, told) => onWarning?.(told),
  });
  ledger.start();
  started.push(ledger);
  return ledger;
}

async function limited(amount: number, agent = ''): Promise<SpendLimit[]> {
  await owner.query(
    `INSERT INTO spend_limit (tenant, agent, period, unit, amount, set_by)
     VALUES ('acme', '${agent}', 'month', 'nano_usd', ${amount}, 'ann')`,
  );
  return loadSpendLimits(store.pool, 1);
}

const hold = (ledger: SpendLedger, limits: readonly SpendLimit[], nano: number, signal?: AbortSignal) =>
  ledger.hold(
    limits,
    { nano_usd: nano, tokens: 0 },
    { now: () => Date.now(), signal: signal ?? new AbortController().signal },
  );

async function period(): Promise<{ leased: number; spent: number }> {
  const { rows } = await store.pool.query(
    "SELECT sum(leased)::bigint AS leased, sum(spent)::bigint AS spent FROM spend_period WHERE agent = ''",
  );
  return { leased: Number(rows[0]?.leased), spent: Number(rows[0]?.spent) };
}

/** Random in the sense that it is not orderly; the same in each run of the test. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('the budgets of tenants', () => {
  it('are kept to the last cent by 4 workers and 200 runs side by side, and are used up', async () => {
    const cap = 5 * DOLLAR;
    const limits = await limited(cap);
    const workers = [1, 2, 3, 4].map(() => worker());
    let set = 0;
    let spent = 0;
    let most = 0;
    const run = async (index: number) => {
      const random = numbers(index + 1);
      const ledger = workers[index % workers.length] as SpendLedger;
      for (;;) {
        const need = Math.ceil((0.2 + random()) * 2 * CENT);
        const held = await hold(ledger, limits, need);
        if (!held.held) return;
        set += need;
        most = Math.max(most, spent + set);
        await sleep(random() * 8);
        const cost = Math.round(need * (0.1 + 0.8 * random()));
        set -= need;
        spent += cost;
        held.settle({ nano_usd: cost, tokens: 0 });
      }
    };
    await Promise.all(Array.from({ length: 200 }, (_, index) => run(index)));
    expect(most).toBeLessThanOrEqual(cap);
    expect(spent).toBeGreaterThan(cap * 0.95);
    await Promise.all(started.splice(0).map((ledger) => ledger.stop()));
    expect(await period()).toEqual({ leased: spent, spent });
  }, 60_000);

  it('count what a dead worker held as spent, and nothing of what one that stops gives back', async () => {
    const limits = await limited(DOLLAR);
    const dead = new SpendLedger({ slices: createSlices(store.pool, () => 1), clock: systemClock });
    expect(await hold(dead, limits, 60 * CENT)).toMatchObject({ held: true });
    const living = worker({ patience: 0 });
    expect(await hold(living, limits, 60 * CENT)).toMatchObject({ held: false, limit: { agent: '' } });
    const held = await hold(living, limits, 20 * CENT);
    if (held.held) held.settle({ nano_usd: 5 * CENT, tokens: 0 });
    await living.stop();
    const { leased, spent } = await period();
    expect(spent).toBe(5 * CENT);
    expect(leased).toBeGreaterThanOrEqual(65 * CENT);
    expect(leased).toBeLessThan(75 * CENT);
  });

  it('hold a call under the tenant’s and the agent’s, or under neither', async () => {
    await limited(DOLLAR);
    const limits = await limited(10 * CENT, 'support');
    const ledger = worker({ patience: 0 });
    const refused = await hold(ledger, limits, 20 * CENT);
    expect(refused).toMatchObject({ held: false, limit: { agent: 'support', amount: 10 * CENT } });
    await ledger.stop();
    expect(await period()).toEqual({ leased: 0, spent: 0 });
  });

  it('wait for what calls under way give back', async () => {
    const limits = await limited(DOLLAR);
    const [one, other] = [worker({ patience: 20_000 }), worker({ patience: 20_000 })];
    const held = await hold(one, limits, 90 * CENT);
    const waiting = hold(other, limits, 50 * CENT);
    if (held.held) held.settle({ nano_usd: 10 * CENT, tokens: 0 });
    expect(await waiting).toMatchObject({ held: true });
  });

  it('tell what an attempt cost beyond its worst case, and give out no more than is left then', async () => {
    const limits = await limited(DOLLAR);
    const ledger = worker({ patience: 0 });
    const held = await hold(ledger, limits, 50 * CENT);
    if (held.held) held.settle({ nano_usd: 95 * CENT, tokens: 0 });
    expect(await hold(ledger, limits, 10 * CENT)).toMatchObject({ held: false });
    await ledger.stop();
    expect(await period()).toEqual({ leased: 95 * CENT, spent: 95 * CENT });
  });

  it('warn once a period, when four fifths are spent', async () => {
    const limits = await limited(DOLLAR);
    const told: Told[] = [];
    const ledgers = [1, 2].map(() => worker({ onWarning: (warning) => told.push(warning) }));
    for (let calls = 0; calls < 9; calls += 1) {
      const ledger = ledgers[calls % 2] as SpendLedger;
      const held = await hold(ledger, limits, 10 * CENT);
      if (held.held) held.settle({ nano_usd: 10 * CENT, tokens: 0 });
    }
    await Promise.all(started.splice(0).map((ledger) => ledger.stop()));
    expect(told).toHaveLength(1);
    expect(told[0]?.spent).toBeGreaterThanOrEqual(80 * CENT);
  });

  it('begin anew with the period', async () => {
    const limits = await limited(DOLLAR);
    let starts = 0;
    const taken = new Map<number, number>();
    const slices: Slices = {
      epoch: () => 1,
      async lease(_, { least }) {
        const leased = (taken.get(starts) ?? 0) + least;
        const granted = leased > DOLLAR ? 0 : least;
        taken.set(starts, leased - least + granted);
        return { granted, starts, ends: starts + 1_000, amount: DOLLAR, leased, spent: leased, epoch: 1 };
      },
      async settle(_, { starts: of, unused }) {
        taken.set(of, (taken.get(of) ?? 0) - unused);
        return undefined;
      },
    };
    const ledger = new SpendLedger({ slices, clock: systemClock, patience: 0 });
    const at = (now: number) =>
      ledger.hold(
        limits,
        { nano_usd: DOLLAR, tokens: 0 },
        { now: () => now, signal: AbortSignal.timeout(5_000) },
      );
    const first = await at(10);
    expect(first).toMatchObject({ held: true });
    expect(await at(999)).toMatchObject({ held: false, ends: 1_000 });
    starts = 1_000;
    expect(await at(1_000)).toMatchObject({ held: true });
    // What began in the period before is counted there.
    if (first.held) first.settle({ nano_usd: DOLLAR / 4, tokens: 0 });
    await ledger.stop();
    expect(taken).toEqual(
      new Map([
        [0, DOLLAR / 4],
        [1_000, DOLLAR],
      ]),
    );
  });

  it('are asked once, not by each of the calls that find them spent', async () => {
    const limits = await limited(DOLLAR);
    let asked = 0;
    const slices = createSlices(store.pool, () => 1);
    const counted: Slices = {
      ...slices,
      lease: (...lease) => {
        asked += 1;
        return slices.lease(...lease);
      },
    };
    const ledger = worker({ slices: counted, patience: 0 });
    const refused = await Promise.all(Array.from({ length: 50 }, () => hold(ledger, limits, 2 * DOLLAR)));
    expect(refused.every(({ held }) => !held)).toBe(true);
    expect(asked).toBeLessThan(5);
  });

  it('decide nothing while the database is away, which is said once', async () => {
    const limits = await limited(DOLLAR);
    let away = true;
    const slices = createSlices(store.pool, () => 1);
    const shaky: Slices = {
      ...slices,
      lease: (...lease) => (away ? Promise.reject(new Error('away')) : slices.lease(...lease)),
    };
    const said: unknown[] = [];
    const ledger = new SpendLedger({
      slices: shaky,
      clock: systemClock,
      onFailure: (error) => said.push(error),
    });
    const waiting = [1, 2, 3].map(() => hold(ledger, limits, 10 * CENT));
    await sleep(300);
    away = false;
    expect(await Promise.all(waiting)).toMatchObject(Array(3).fill({ held: true }));
    expect(said).toHaveLength(1);
  });

  it('get back what a call cost less that was charged in full while its run waited, from any worker', async () => {
    const [limit] = await limited(DOLLAR);
    if (limit === undefined) throw new Error('There is no limit.');
    const first = worker();
    const held = await hold(first, [limit], 40 * CENT);
    if (held.held) held.settle({ nano_usd: 40 * CENT, tokens: 0 });
    await first.stop();
    expect(await period()).toEqual({ leased: 40 * CENT, spent: 40 * CENT });
    const other = worker();
    const now = new Date();
    const since = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 15);
    other.giveBack([{ ...limit, setAt: 0 }], { nano_usd: 30 * CENT, tokens: 0 }, since);
    await expect.poll(period, { timeout: 10_000 }).toEqual({ leased: 10 * CENT, spent: 10 * CENT });
  });

  it('get nothing back where it is not certain that they were charged', async () => {
    const told: object[] = [];
    const ledger = worker({
      slices: {
        ...createSlices(store.pool, () => 1),
        settle: async ({ period: of }, settlement) => void told.push({ of, ...settlement }),
      },
    });
    const at = (text: string) => Date.parse(`2026-11-${text}Z`);
    const limitOf = (of: SpendLimit['period'], setAt = 0): SpendLimit => {
      const key = { tenant: 'acme', agent: '', period: of, unit: 'tokens' as const };
      return { ...key, amount: 1, whenSpent: 'fail', setAt };
    };
    const giveBack = (limit: SpendLimit, since: number) =>
      ledger.giveBack([limit], { nano_usd: 0, tokens: 7 }, since);
    giveBack(limitOf('hour'), at('20T15:30:00'));
    giveBack(limitOf('day'), at('20T15:30:00'));
    giveBack(limitOf('month'), at('20T15:30:00'));
    giveBack(limitOf('hour'), at('20T15:59:30'));
    giveBack(limitOf('day'), at('21T00:00:30'));
    giveBack(limitOf('month', at('20T15:31:00')), at('20T15:30:00'));
    expect(told).toEqual([
      { of: 'hour', starts: at('20T15:00:00'), used: -7, unused: 7 },
      { of: 'day', starts: at('20T00:00:00'), used: -7, unused: 7 },
      { of: 'month', starts: at('01T00:00:00'), used: -7, unused: 7 },
    ]);
  });

  it('hold nothing back once they are cleared', async () => {
    const limits = await limited(DOLLAR);
    await owner.query('DELETE FROM spend_limit');
    expect(await hold(worker(), limits, 900 * DOLLAR)).toMatchObject({ held: true });
  });
});
