import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import { workflow } from '../../contract/define/index.ts';
import { createRun, type NamedRun } from '../../foundation/queue/index.ts';
import { KeyRing } from '../../foundation/vault/index.ts';
import { openTestInstallation, type TestInstallation } from '../testing/start-test-worker.ts';
import type { RunWorker } from './worker.ts';

let gate = Promise.withResolvers<void>();
const gated = workflow({
  name: 'gated',
  inputSchema: z.object({}),
  run: async () => gate.promise.then(() => 'done'),
});

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([gated]);
});
afterAll(() => installation?.stop());
let worker: RunWorker;
afterEach(async () => {
  vi.restoreAllMocks();
  await worker.stop();
});

const newRun = (): NamedRun => ({
  id: uuidv7(),
  tenant: 'acme',
  agent: 'gated',
  kind: 'workflow',
  version: 'f'.repeat(64),
  principal: 'ada',
  lane: 'normal',
  budget: DEFAULT_BUDGET,
  input: {},
});

type Statement = { name?: string };

/** A pool in which one kind of statement may be held up, or answered otherwise. */
function spoiled(
  pool: pg.Pool,
  name: string,
  spoil: (send: () => Promise<unknown>) => Promise<unknown>,
): pg.Pool {
  const query = (statement: Statement, ...rest: unknown[]) => {
    const send = () => Reflect.apply(pool.query, pool, [statement, ...rest]) as Promise<unknown>;
    return statement.name === name ? spoil(send) : send();
  };
  return new Proxy(pool, {
    get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)),
  });
}

it('does not take for forgotten what it made while it looked for what it has forgotten', async () => {
  gate = Promise.withResolvers();
  const looking = Promise.withResolvers<void>();
  const made = Promise.withResolvers<void>();
  let looks = 0;
  worker = await installation.startWorker({
    doubtful: true,
    pool: (pool) =>
      spoiled(pool, 'named-by-rows', async (send) => {
        looks += 1;
        looking.resolve();
        await made.promise;
        return send();
      }),
  });
  await looking.promise;
  const run = newRun();
  expect(await worker.begin(run)).toBe(true);
  made.resolve();
  await vi.waitFor(() => expect(looks).toBeGreaterThan(1), { timeout: 10_000 });
  gate.resolve();
  await installation.until(run.id, 'succeeded');
  const claims = (await installation.entries(run.id)).filter(({ meta }) => meta.kind === 'run.claimed');
  expect(claims).toHaveLength(1);
});

it('goes no further with a run that the database refused, though it was submitted and claimed meanwhile', async () => {
  gate = Promise.withResolvers();
  const run = newRun();
  const newDataKey = vi.spyOn(KeyRing.prototype, 'newDataKey');
  let births = 0;
  worker = await installation.startWorker({
    doubtful: true,
    pool: (pool) =>
      spoiled(pool, 'create-runs', async () => {
        births += 1;
        const keys = newDataKey.mock.contexts[0] as KeyRing;
        // What follows on a refusal, sooner than it is heard: it is submitted, and this worker's next claim takes it.
        await createRun(installation.owner, keys, run);
        await installation.owner.query(
          `UPDATE run SET status = 'running', worker = worker.id, epoch = worker.epoch FROM worker WHERE run.id = $1`,
          [run.id],
        );
        throw Object.assign(new Error('value too long'), { code: '22001' });
      }),
  });
  expect(await worker.begin(run)).toBe(false);
  expect(births).toBe(1);
  gate.resolve();
  await installation.until(run.id, 'succeeded', 'failed');
  expect(await installation.row(run.id)).toMatchObject({ status: 'succeeded', error_code: null });
});

it('goes no further with a run that another server had submitted, though it claims that one in the same moment', async () => {
  gate = Promise.withResolvers();
  const run = newRun();
  const newDataKey = vi.spyOn(KeyRing.prototype, 'newDataKey');
  worker = await installation.startWorker({
    doubtful: true,
    pool: (pool) =>
      spoiled(pool, 'create-runs', async (send) => {
        await createRun(installation.owner, newDataKey.mock.contexts[0] as KeyRing, run);
        await installation.owner.query(
          `UPDATE run SET status = 'running', worker = worker.id, epoch = worker.epoch FROM worker WHERE run.id = $1`,
          [run.id],
        );
        return send();
      }),
  });
  expect(await worker.begin(run)).toBe(false);
  gate.resolve();
  await installation.until(run.id, 'succeeded', 'failed');
  expect(await installation.row(run.id)).toMatchObject({ status: 'succeeded', error_code: null });
  expect((await installation.entries(run.id)).map(({ meta }) => meta.kind)).toEqual([
    'run.created',
    'run.claimed',
    'run.succeeded',
  ]);
});

it('begins no run that it has claimed: it would take it from itself', async () => {
  gate = Promise.withResolvers();
  worker = await installation.startWorker();
  const run = { ...newRun(), id: await installation.submit('gated') };
  const claims = async () =>
    (await installation.entries(run.id)).filter(({ meta }) => meta.kind === 'run.claimed');
  await vi.waitFor(async () => expect(await claims()).toHaveLength(1), { timeout: 10_000 });
  expect(await worker.begin(run)).toBe(false);
  gate.resolve();
  await installation.until(run.id, 'succeeded');
  expect(await claims()).toHaveLength(1);
});
