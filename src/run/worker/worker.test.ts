import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tool, workflow } from '../../contract/define/index.ts';
import { openTestInstallation, type TestInstallation } from '../testing/start-test-worker.ts';

/** Tools that end when a test says so, by name. */
const gates = new Map<string, PromiseWithResolvers<string>>();
function gate(name: string): PromiseWithResolvers<string> {
  const made = gates.get(name) ?? Promise.withResolvers<string>();
  gates.set(name, made);
  return made;
}

const wait = tool({
  description: 'Ends when it may',
  inputSchema: z.object({ name: z.string() }),
  effect: 'read',
  execute: ({ name }) => gate(name).promise,
});

const quick = workflow({
  name: 'quick',
  inputSchema: z.object({}),
  run: async (_, context) => context.memo('a', () => 1),
});

const besideChild = workflow({
  name: 'beside-child',
  inputSchema: z.object({ name: z.string() }),
  tools: { wait },
  run: async ({ name }, context) =>
    context.all({
      child: (branch) => branch.run(quick, {}),
      tool: (branch) => branch.tools.wait({ name }),
    }),
});

const napping = workflow({
  name: 'napping',
  inputSchema: z.object({ name: z.string() }),
  tools: { wait },
  run: async ({ name }, context) => {
    // Long enough for the run to be let go: a shorter one ends while its owner is still at work on it.
    await context.sleep(100);
    return context.tools.wait({ name });
  },
});

const asking = workflow({
  name: 'asking',
  inputSchema: z.object({}),
  run: async (_, context) => (await context.review({ title: 'May I?' })).decision,
});

const inPassing = workflow({
  name: 'in-passing',
  inputSchema: z.object({}),
  run: async (_, context) => {
    const asked = context.review({ title: 'By the way?' });
    // The question is put before the code goes on.
    await Promise.race([asked, context.sleep(1)]);
    return 'went on';
  },
});

/** How often the bookings of an order were undone. */
const undone = new Map<string, number>();
const book = tool({
  description: 'Books',
  inputSchema: z.object({ name: z.string() }),
  effect: 'write',
  execute: () => 'booked',
  async compensate({ name }) {
    undone.set(name, (undone.get(name) ?? 0) + 1);
    return gate(name).promise;
  },
});
const booking = workflow({
  name: 'booking',
  inputSchema: z.object({ name: z.string() }),
  tools: { book },
  toolApproval: { book: 'approved' },
  policy: { effects: ['read', 'write'] },
  run: async ({ name }, context) => {
    await context.tools.book({ name });
    await context.sleep('1h');
  },
});

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([quick, besideChild, napping, asking, inPassing, booking]);
});
afterAll(() => installation?.stop());

type Statement = { name?: string; values?: unknown[] };

/** A pool whose statements of one name are handled by the test. */
function spoiled(
  pool: pg.Pool,
  name: string,
  handle: (send: () => Promise<pg.QueryResult>, statement: Statement) => Promise<pg.QueryResult>,
): pg.Pool {
  const query = (...parameters: [Statement | string, unknown[]?]) => {
    const [statement] = parameters;
    const send = () => Reflect.apply(pool.query, pool, parameters) as Promise<pg.QueryResult>;
    return typeof statement === 'object' && statement.name === name ? handle(send, statement) : send();
  };
  return new Proxy(pool, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) });
}

const cut = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });

describe('a worker', () => {
  it('takes up a run that it claimed without hearing of it: the answer to its claim was lost', async () => {
    let lost = 0;
    const worker = await installation.startWorker({
      pool: (pool) =>
        spoiled(pool, 'claim', async (send) => {
          const answer = await send();
          if (answer.rows.length === 0 || lost > 0) return answer;
          lost += 1;
          throw cut();
        }),
    });
    const run = await installation.submit('quick');
    await installation.until(run, 'succeeded');
    expect(lost).toBe(1);
    await worker.stop();
  });

  it('takes up a run again that it could neither take up nor hand back', async () => {
    let failures = 0;
    const worker = await installation.startWorker({
      pool: (pool) =>
        spoiled(pool, 'read-owned-streams', async (send) => {
          failures += 1;
          if (failures === 1) throw cut();
          return send();
        }),
    });
    const run = await installation.submit('quick');
    await installation.until(run, 'succeeded');
    await worker.stop();
  });

  it('knows that it has a run again while the answer to letting it go is still on its way', async () => {
    let looks = 0;
    let lost = 0;
    let claimedAgain = async () => false;
    const worker = await installation.startWorker({
      doubtful: true,
      pool: (pool) =>
        spoiled(
          spoiled(pool, 'named-by-rows', (send) => {
            looks += 1;
            return send();
          }),
          'frames-and-settle',
          async (send, { values }) => {
            const answer = await send();
            if (!String(values?.[10]).includes('waiting') || lost > 0) return answer;
            lost += 1;
            await expect.poll(() => claimedAgain(), { timeout: 10_000 }).toBe(true);
            throw cut();
          },
        ),
    });
    const run = await installation.submit('napping', { name: 'nap' });
    const claims = async () =>
      (await installation.entries(run)).filter(({ meta }) => meta.kind === 'run.claimed').length;
    claimedAgain = async () => (await claims()) === 2;
    await expect.poll(() => lost, { timeout: 10_000 }).toBe(1);
    await expect.poll(claims, { timeout: 10_000 }).toBe(2);
    const before = looks;
    await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(before + 2);
    expect(await claims(), 'nobody has taken it for forgotten').toBe(2);
    gate('nap').resolve('rested');
    await installation.until(run, 'succeeded');
    await worker.stop();
  });

  it('gives the code the result of a child that ends while another branch is at work', async () => {
    const worker = await installation.startWorker();
    const run = await installation.submit('beside-child', { name: 'beside' });
    const childEnded = async () =>
      (await installation.entries(run)).some(({ meta }) => meta.kind === 'child.completed');
    await expect.poll(childEnded, { timeout: 10_000 }).toBe(true);
    gate('beside').resolve('done');
    await installation.until(run, 'succeeded');
    const end = (await installation.entries(run)).at(-1);
    expect(end).toMatchObject({ body: { output: { child: 1, tool: 'done' } } });
    await worker.stop();
  });

  it('does not sleep over a decision that comes while the question is still being put', async () => {
    const worker = await installation.startWorker({
      services: (services) => ({
        ...services,
        reviews: {
          ...services.reviews,
          async open(review) {
            await services.reviews.open(review);
            // The reviewer is quick, and the answer of the database slow.
            await installation.decide(review.run, 'approved');
            const heard = async () =>
              (await installation.entries(review.run)).some(({ meta }) => meta.kind === 'review.decided');
            await expect.poll(heard, { timeout: 10_000 }).toBe(true);
          },
        },
      }),
    });
    const run = await installation.submit('asking');
    await installation.until(run, 'succeeded');
    expect((await installation.entries(run)).at(-1)).toMatchObject({ body: { output: 'approved' } });
    await worker.stop();
  });

  it('ends a run whose end the database will not store, with the reason, and does not do it all again', async () => {
    let refusals = 0;
    const worker = await installation.startWorker({
      pool: (pool) =>
        spoiled(pool, 'frames-and-settle', async (send, { values }) => {
          if (!String(values?.[10]).includes('succeeded')) return send();
          refusals += 1;
          throw Object.assign(new Error('unsupported Unicode escape sequence'), { code: '22P05' });
        }),
    });
    const run = await installation.submit('quick');
    expect(await installation.until(run, 'failed')).toMatchObject({ error_code: 'frame_refused' });
    const entries = await installation.entries(run);
    expect(entries.at(-1)).toMatchObject({ meta: { kind: 'run.failed', code: 'frame_refused' } });
    expect(refusals).toBe(1);
    await worker.stop();
  });
});

describe('a worker that is told to stop', () => {
  const LONG = 60_000;

  it('waits for the last frame of a run that is on its way, and no longer', async () => {
    const { promise: mayWrite, resolve: write } = Promise.withResolvers<void>();
    const { promise: writing, resolve: begun } = Promise.withResolvers<void>();
    const worker = await installation.startWorker({
      pool: (pool) =>
        spoiled(pool, 'frames-and-settle', async (send) => {
          begun();
          await mayWrite;
          return send();
        }),
    });
    const run = await installation.submit('quick');
    await writing;
    expect(installation.listeners()).toBe(1);
    const stopped = worker.stop(LONG);
    // From here on it only waits for its runs.
    await expect.poll(installation.listeners, { timeout: 10_000 }).toBe(0);
    write();
    await stopped;
    expect(await installation.row(run)).toMatchObject({ status: 'succeeded' });
  });

  it('leaves no row that tells of an end which its journal does not tell of', async () => {
    const { promise: mayWithdraw, resolve: withdraw } = Promise.withResolvers<void>();
    const { promise: withdrawing, resolve: begun } = Promise.withResolvers<void>();
    const worker = await installation.startWorker({
      services: (services) => ({
        ...services,
        reviews: {
          ...services.reviews,
          async withdraw() {
            begun();
            await mayWithdraw;
          },
        },
      }),
    });
    const run = await installation.submit('in-passing');
    await withdrawing;
    await worker.stop(LONG);
    withdraw();
    expect(await installation.row(run)).toMatchObject({ status: 'queued', worker: null });
    const next = await installation.startWorker();
    await installation.until(run, 'succeeded');
    expect((await installation.entries(run)).at(-1)).toMatchObject({ body: { output: 'went on' } });
    await next.stop();
  });

  it('lets a compensation that is under way end, and writes down that it did', async () => {
    const worker = await installation.startWorker();
    const run = await installation.submit('booking', { name: 'undo' });
    await installation.until(run, 'waiting');
    await installation.cancel(run);
    await expect.poll(() => undone.get('undo'), { timeout: 10_000 }).toBe(1);
    const stopped = worker.stop(LONG);
    gate('undo').resolve('undone');
    await stopped;
    const next = await installation.startWorker();
    expect(await installation.until(run, 'cancelled', 'waiting')).toMatchObject({ status: 'cancelled' });
    expect(undone.get('undo')).toBe(1);
    await next.stop();
  });
});
