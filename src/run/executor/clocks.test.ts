import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../contract/clock.ts';
import { workflow } from '../../contract/define/index.ts';
import { openTestInstallation, type TestInstallation } from '../testing/start-test-worker.ts';

const inputSchema = { type: 'object' } as const;

const sleeping = workflow({
  name: 'sleeping',
  inputSchema,
  run: async (_, context) => {
    await context.sleep(1_000);
    await context.sleep(1_000);
  },
});
const asking = workflow({
  name: 'asking',
  inputSchema,
  run: async (_, context) =>
    (await context.review({ title: 'Anybody there?', expiresAfter: 1_000 })).decision,
});
const computing = workflow({
  name: 'computing',
  inputSchema,
  run: async (_, context) => {
    for (;;) await context.memo('round', () => new Promise((resolve) => setTimeout(resolve, 5)));
  },
});
const brooding = workflow({
  name: 'brooding',
  inputSchema,
  run: (_, context) => context.memo('thought', () => new Promise(() => {})),
});

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([sleeping, asking, computing, brooding]);
});
afterAll(() => installation?.stop());

/** A worker whose clock is wrong by so many milliseconds. */
const wrongBy = (skew: number): Clock => ({ ...systemClock, now: () => Date.now() + skew });
const HOUR = 3_600_000;

async function kindsOf(run: string): Promise<string[]> {
  return (await installation.entries(run)).map(({ meta }) => meta.kind);
}

describe.each([
  ['an hour behind', -HOUR],
  ['an hour ahead', HOUR],
])('a worker whose clock is %s', (_, skew) => {
  it('sleeps once for each sleep, and as long as it was told to', async () => {
    const worker = await installation.startWorker({ clock: wrongBy(skew) });
    const run = await installation.submit('sleeping');
    const row = await installation.until(run, 'succeeded', 'failed');
    await worker.stop(0);
    expect(row.status).toBe('succeeded');
    expect((await kindsOf(run)).filter((kind) => kind === 'run.waiting')).toHaveLength(2);
    const took = (row.finished_at as Date).getTime() - (row.created_at as Date).getTime();
    expect(took).toBeGreaterThanOrEqual(300);
  });

  it('asks a person for as long as it was told to', async () => {
    const worker = await installation.startWorker({ clock: wrongBy(skew) });
    const run = await installation.submit('asking');
    const row = await installation.until(run, 'succeeded', 'failed');
    await worker.stop(0);
    const entries = await installation.entries(run);
    expect(entries.at(-1)).toMatchObject({ meta: { kind: 'run.succeeded' }, body: { output: 'expired' } });
    expect((await kindsOf(run)).filter((kind) => kind === 'run.waiting')).toHaveLength(1);
    expect((row.finished_at as Date).getTime() - (row.created_at as Date).getTime()).toBeGreaterThanOrEqual(
      150,
    );
  });
});

describe('working time that is used up', () => {
  /** The five minutes of the default budget pass in 0.3 s. */
  const hurried: Clock = {
    ...systemClock,
    sleep: (duration, signal) => systemClock.sleep(duration / 1_000, signal),
  };

  it.each(['computing', 'brooding'])('ends a run that calls no gateway: %s', async (name) => {
    const worker = await installation.startWorker({ clock: hurried });
    const run = await installation.submit(name);
    const row = await installation.until(run, 'failed', 'succeeded');
    await worker.stop(0);
    expect(row).toMatchObject({ status: 'failed', error_code: 'deadline_exceeded' });
    expect((await installation.entries(run)).at(-1)).toMatchObject({
      meta: { kind: 'run.failed', code: 'deadline_exceeded' },
      body: { error: { details: { limit: 300_000 } } },
    });
  });
});
