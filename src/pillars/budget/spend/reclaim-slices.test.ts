import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import type { EntryMeta } from '../../../contract/entry.ts';
import { openStore, type Store } from '../../../foundation/store/index.ts';
import { createReclaim } from './reclaim-slices.ts';
import { createSlices } from './slices.ts';
import { SpendLedger } from './spend-ledger.ts';
import { loadSpendLimits } from './spend-limits.ts';

const CENT = 10_000_000;
const DOLLAR = 100 * CENT;
const DEAD = 7;

let database: TestDatabase;
let store: Store;
let owner: pg.Pool;
let clock: ManualClock;
let ledger: SpendLedger;
let frames = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url, role: 'bulkhead_worker' });
  owner = new pg.Pool({ connectionString: database.url, max: 1 });
  await owner.query(
    "INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ('acme', 'Acme', gen_random_uuid(), '')",
  );
});
afterAll(async () => {
  await Promise.all([store?.close(), owner?.end()]);
  await database?.drop();
});
beforeEach(async () => {
  for (const table of ['spend_limit', 'spend_period', 'spend_slice', 'worker', 'run'])
    await owner.query(`DELETE FROM ${table}`);
  await owner.query('TRUNCATE frame');
  await owner.query(
    `INSERT INTO worker (id, epoch, lease_until) VALUES (gen_random_uuid(), ${DEAD}, now() + interval '1 hour')`,
  );
  clock = new ManualClock();
  // It is not started: what it says and when is the test's to decide.
  ledger = new SpendLedger({ slices: createSlices(store.pool, () => DEAD), clock });
});

const die = () => owner.query('DELETE FROM worker');

async function limit(agent = '', amount = DOLLAR): Promise<void> {
  await owner.query(
    `INSERT INTO spend_limit (tenant, agent, period, unit, amount, set_by)
     VALUES ('acme', $1, 'month', 'nano_usd', $2, 'ann')`,
    [agent, amount],
  );
}

/** What was set aside for a call of the worker that is going to die. */
async function hold(cents: number, isJournaled = true) {
  const limits = await loadSpendLimits(store.pool, DEAD);
  const { signal } = new AbortController();
  const needs = { nano_usd: cents * CENT, tokens: 0 };
  const held = await ledger.hold(limits, needs, { now: () => Date.now(), signal, isJournaled });
  if (!held.held) throw new Error('It does not fit.');
  return (cost: number) => held.settle({ nano_usd: cost * CENT, tokens: 0 });
}

async function run(status: string, agent = 'support'): Promise<string> {
  const id = randomUUID();
  await owner.query(
    `INSERT INTO run (id, tenant, class, agent, kind, version, principal, status, budget, started_at)
     VALUES ($1, 'acme', 'standard', $2, 'agent', '', 'key_1', $3, '{}', now())`,
    [id, agent, status],
  );
  return id;
}

async function write(stream: string, metas: EntryMeta[], epoch = DEAD): Promise<void> {
  frames += 1;
  const meta = JSON.stringify(metas.map((one) => ({ ...one, at: clock.now() })));
  await owner.query(
    `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta)
     VALUES ('standard', $1, $2, 'acme', $3, '', '', $4)`,
    [stream, frames, epoch, meta],
  );
}

const begun = (key: string, cents: number): EntryMeta => ({
  kind: 'model.started',
  ...{ key, attempt: 1, model: 'openai/m', reservedTokens: 1, reservedUsd: cents / 100 },
});
const ended = (key: string, cents: number): EntryMeta => ({
  kind: 'model.attempted',
  ...{ key, attempt: 1, model: 'openai/m', code: 'provider_stream_cut', tokens: 1, usd: cents / 100 },
});

async function period(agent = ''): Promise<{ leased: number; spent: number }> {
  const { rows } = await owner.query('SELECT leased, spent FROM spend_period WHERE agent = $1', [agent]);
  return { leased: Number(rows[0]?.leased) / CENT, spent: Number(rows[0]?.spent) / CENT };
}

/** Looks twice, with so much time between that nobody who was frozen acts any more. */
async function reclaim(told: unknown[] = []): Promise<void> {
  const look = createReclaim({ pool: store.pool, clock });
  await look((warned) => told.push(warned));
  await clock.advance(10_000);
  await look((warned) => told.push(warned));
}

describe('what a dead worker held of a budget', () => {
  it('comes back, less what its calls cost and what is set aside for those without an end', async () => {
    await limit();
    const stream = await run('succeeded');
    const told = await hold(20);
    await write(stream, [begun('a', 20)]);
    await clock.advance(1);
    const [untold] = [await hold(20), await hold(20)];
    await write(stream, [begun('b', 20), begun('c', 20), ended('a', 5)]);
    told(5);
    // As it does twice a second.
    await ledger.stop();
    expect(await period()).toEqual({ leased: 45, spent: 5 });
    untold?.(7);
    await write(stream, [ended('b', 7)]);
    await hold(10);
    await die();
    await reclaim();
    expect(await period()).toEqual({ leased: 32, spent: 32 });
  });

  it('keeps back for calls under way all that was set aside, whatever was told beside that no journal knows', async () => {
    await limit();
    const stream = await run('succeeded');
    await hold(20);
    await write(stream, [begun('a', 20)]);
    await clock.advance(1);
    const settle = await hold(10, false);
    settle(5);
    await ledger.stop();
    expect(await period()).toEqual({ leased: 25, spent: 5 });
    await die();
    await reclaim();
    expect(await period()).toEqual({ leased: 25, spent: 25 });
  });

  it('stays away as long as a worker that was only frozen could go on', async () => {
    await limit();
    const id = await run('queued');
    await write(id, [{ kind: 'run.claimed', epoch: DEAD, worker: 'w' }]);
    const settle = await hold(30);
    await die();
    const look = createReclaim({ pool: store.pool, clock });
    await look(() => {});
    await clock.advance(9_999);
    await look(() => {});
    const before = await period();
    expect(before.leased).toBeGreaterThanOrEqual(30);
    await clock.advance(1);
    await look(() => {});
    expect(await period(), 'the run is nobody’s else').toEqual(before);
    await write(id, [{ kind: 'run.claimed', epoch: DEAD + 1, worker: 'v' }], DEAD + 1);
    await look(() => {});
    expect(await period()).toEqual({ leased: 0, spent: 0 });
    // It was only frozen, and says what it spent.
    settle(30);
    await ledger.stop();
    expect(await period()).toEqual({ leased: 0, spent: 0 });
  });

  it('is leased no more by a worker that was declared dead, nor is it told what it may spend', async () => {
    await limit();
    const limits = await loadSpendLimits(store.pool, DEAD);
    await die();
    await expect(loadSpendLimits(store.pool, DEAD)).rejects.toThrow('declared dead');
    const [first] = limits;
    if (first === undefined) throw new Error('There is no limit.');
    const lease = createSlices(store.pool, () => DEAD).lease(first, { least: 1, wanted: 1, at: 0 });
    await expect(lease).rejects.toThrow('not registered');
  });

  it('is reckoned by the agent whose budget it is, in doubt upwards', async () => {
    await limit('', 10 * DOLLAR);
    await limit('support');
    await hold(30);
    await write(await run('failed', 'other'), [begun('a', 40)]);
    await write(await run('failed'), [begun('a', 10)]);
    // Its run is not there any more.
    await write(randomUUID(), [begun('a', 5)]);
    await die();
    await reclaim();
    expect(await period('support')).toEqual({ leased: 15, spent: 15 });
    // More than was held: nothing comes back.
    expect((await period()).spent).toBe((await period()).leased);
    expect((await period()).spent).toBeGreaterThanOrEqual(30);
  });

  it('stays counted where it is not known what the worker had told', async () => {
    await limit();
    const slices = createSlices(store.pool, () => DEAD);
    let broken = true;
    ledger = new SpendLedger({
      slices: {
        ...slices,
        settle: async (key, settlement) => {
          const settled = await slices.settle(key, settlement);
          if (broken) throw new Error('The connection broke.');
          return settled;
        },
      },
      clock,
    });
    const stream = await run('succeeded');
    const settle = await hold(20);
    const open = await hold(20);
    await write(stream, [begun('a', 20), ended('a', 8)]);
    settle(8);
    await ledger.stop();
    broken = false;
    await write(stream, [begun('b', 20), ended('b', 3)]);
    open(3);
    await hold(15);
    await die();
    await reclaim();
    const { leased, spent } = await period();
    expect(spent, 'what it cost is counted').toBeGreaterThanOrEqual(11);
    expect(leased).toBe(spent);
  });

  it('is warned of like any other spending', async () => {
    await limit();
    await hold(85);
    await write(await run('failed'), [begun('a', 85)]);
    await die();
    const told: unknown[] = [];
    await reclaim(told);
    expect(told).toMatchObject([{ tenant: 'acme', agent: '', period: 'month', unit: 'nano_usd' }]);
  });
});
