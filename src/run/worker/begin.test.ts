import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import { workflow } from '../../contract/define/index.ts';
import { JournalWriter } from '../../foundation/journal/index.ts';
import type { NamedRun } from '../../foundation/queue/index.ts';
import { openTestInstallation, type TestInstallation } from '../testing/start-test-worker.ts';
import type { RunWorker } from './worker.ts';

const quick = workflow({
  name: 'quick',
  inputSchema: z.object({}),
  run: async (_, context) => context.memo('a', () => 1),
});

let gate = Promise.withResolvers<void>();
const gated = workflow({
  name: 'gated',
  inputSchema: z.object({}),
  run: async () => gate.promise.then(() => null),
});

let installation: TestInstallation;
let worker: RunWorker;
beforeAll(async () => {
  installation = await openTestInstallation([quick, gated]);
});
afterAll(() => installation?.stop());
beforeEach(async () => {
  worker = await installation.startWorker();
});
afterEach(() => worker.stop());

const newRun = (agent = 'quick'): NamedRun => ({
  id: uuidv7(),
  tenant: 'acme',
  agent,
  kind: 'workflow',
  version: 'f'.repeat(64),
  principal: 'ada',
  lane: 'normal',
  budget: DEFAULT_BUDGET,
  input: {},
});

describe('a run that its worker makes itself', () => {
  it('is durable and under way without a claim, and its journal is like any other', async () => {
    const run = newRun();
    expect(await worker.begin(run)).toBe(true);
    expect(await installation.row(run.id)).toMatchObject({ kind: 'workflow', started_at: expect.any(Date) });
    await installation.until(run.id, 'succeeded');
    const entries = await installation.entries(run.id);
    expect(entries.map(({ meta }) => meta.kind)).toEqual([
      'run.created',
      'run.claimed',
      'step.completed',
      'run.succeeded',
    ]);
  });

  it('stands in line where its tenant has a limit, and is executed from there', async () => {
    await installation.owner.query(
      `INSERT INTO run_limit (tenant, agent, running, set_by) VALUES ('acme', '', 9, 'ada')`,
    );
    const run = newRun();
    try {
      expect(await worker.begin(run)).toBe(false);
      expect(await installation.row(run.id)).toBeDefined();
      await installation.until(run.id, 'succeeded');
    } finally {
      await installation.owner.query('DELETE FROM run_limit');
    }
  });

  it('stands in line where the lease of its maker does not hold', async () => {
    await installation.owner.query('DELETE FROM worker');
    const run = newRun();
    expect(await worker.begin(run)).toBe(false);
    await installation.until(run.id, 'succeeded');
  });

  it('takes half of the places of its worker at most, also when many are made at once', async () => {
    gate = Promise.withResolvers();
    const runs = Array.from({ length: 120 }, () => newRun('gated'));
    const begun = await Promise.all(runs.map((run) => worker.begin(run)));
    expect([worker.size, begun.filter((isBegun) => isBegun).length]).toEqual([50, 50]);
    gate.resolve();
  });

  it('asks the queue for nothing when it ends, where there was room to spare before', async () => {
    let claims = 0;
    const counting = (pool: pg.Pool) => (query: pg.QueryConfig | string, values?: unknown[]) => {
      if (typeof query === 'object' && query.name === 'claim') claims += 1;
      return pool.query(query, values);
    };
    await worker.stop();
    worker = await installation.startWorker({
      pool: (pool) =>
        new Proxy(pool, {
          get: (target, name) => (name === 'query' ? counting(target) : Reflect.get(target, name)),
        }),
    });
    const started = performance.now();
    for (let count = 0; count < 100; count += 1) {
      const run = newRun();
      expect(await worker.begin(run)).toBe(true);
      await installation.until(run.id, 'succeeded');
    }
    // It looks every quarter of a second all the same, and at once when it starts.
    const looks = 2 + (performance.now() - started) / 250;
    expect(claims).toBeLessThan(3 * looks);
  });

  it('is told to be submitted where its journal cannot be opened', async () => {
    const open = vi.spyOn(JournalWriter.prototype, 'open').mockImplementationOnce(() => {
      throw new Error('no journal');
    });
    const run = newRun();
    expect(await worker.begin(run)).toBe(false);
    expect(await installation.row(run.id)).toBeUndefined();
    open.mockRestore();
  });

  it('is left to others by a worker that stops', async () => {
    await worker.stop();
    const run = newRun();
    expect(await worker.begin(run)).toBe(false);
    expect(await installation.row(run.id)).toBeUndefined();
  });
});
