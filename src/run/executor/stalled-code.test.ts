import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import { systemClock } from '../../contract/clock.ts';
import { workflow } from '../../contract/define/index.ts';
import type { Entry } from '../../contract/entry.ts';
import type { Workflow } from '../../contract/workflow.ts';
import { GENESIS, RunNews } from '../../foundation/journal/index.ts';
import { StreamWriter } from '../../foundation/journal/stream-writer.ts';
import { dataKeyFrom } from '../../foundation/vault/index.ts';
import { createInlineHost } from '../code/inline-host.ts';
import { Execution } from './execution.ts';
import { RunJournal } from './run-journal.ts';
import type { ExecutorServices } from './services.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const key = dataKeyFrom(randomBytes(32));
const never = () => Promise.reject(new Error('Nothing here is to be asked.'));
const services: ExecutorServices = {
  news: new RunNews(),
  toolGateway: never,
  modelGateway: never,
  reviews: { open: never, expire: never, withdraw: never },
  clock: systemClock,
  defaultModel: 'local',
  createChild: never,
  continueRun: never,
  cancelChildren: never,
  readChild: never,
  readSession: never,
  publishDelta: never,
  fileLateEffect: never,
};

/** Executes a workflow in this process, with a journal whose frames are on disk at once. */
async function execute(
  run: Workflow['run'],
): Promise<{ entries: readonly Entry[]; ended: () => string | undefined }> {
  const definition = workflow({ name: 'main', inputSchema: { type: 'object' }, run });
  const host = createInlineHost([definition], never);
  const [manifest] = host.manifest.definitions;
  if (manifest === undefined) throw new Error('The host describes nothing.');
  const writer = new StreamWriter(
    { stream: { class: 'standard', id: 'run-1', tenant: 'acme', key }, epoch: 1, next: 1, head: GENESIS },
    systemClock,
    (stream) => {
      const frame = stream.take();
      stream.written(frame, GENESIS, frame.settlement?.status);
    },
  );
  const created: Entry['meta'] = {
    kind: 'run.created',
    at: 0,
    agent: 'main',
    definition: 'workflow',
    version: 'v1',
    lane: 'normal',
    principal: 'ada',
    budget: DEFAULT_BUDGET,
  };
  const journal = new RunJournal(writer, [{ meta: created, body: { input: {} } }]);
  const execution = new Execution({
    run: {
      facts: {
        id: 'run-1',
        tenant: 'acme',
        agent: 'main',
        version: 'v1',
        lane: 'normal',
        principal: 'ada',
        createdAt: 0,
      },
      kind: 'workflow',
      class: 'standard',
      budget: DEFAULT_BUDGET,
      inbox: 0,
      seen: 0,
      hostDeaths: 0,
      epoch: 1,
      claimedAt: 0,
    },
    key,
    journal,
    host,
    definition: manifest,
    services,
    isolated: false,
  });
  let ended: string | undefined;
  void execution.ended.then((end) => {
    ended = end;
  });
  await execution.start([]);
  await turns();
  return { entries: journal.entries, ended: () => ended };
}

/** Lets everything run that waits for no time. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
async function pass(time: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(time);
  await turns();
}

describe('code that waits for something that is no step of its context', () => {
  it('fails after a minute in which nothing came', async () => {
    const { entries, ended } = await execute(() => new Promise(() => {}));
    await pass(59_999);
    expect(ended()).toBeUndefined();
    await pass(1);
    expect(ended()).toBe('settled');
    expect(entries.at(-1)).toMatchObject({
      meta: { kind: 'run.failed', code: 'code_stalled' },
      body: {
        error: { message: expect.stringMatching(/waited 60 s .* Await only what the context gives;/) },
      },
    });
  });

  it('has a minute each time', async () => {
    const { entries, ended } = await execute(async (_, context) => {
      await new Promise((resolve) => setTimeout(resolve, 50_000));
      await context.now();
      await new Promise((resolve) => setTimeout(resolve, 50_000));
      return 'done';
    });
    await pass(50_000);
    await pass(50_000);
    expect(ended()).toBe('settled');
    expect(entries.at(-1)).toMatchObject({ meta: { kind: 'run.succeeded' }, body: { output: 'done' } });
  });

  it('has all the time while a step of it is under way', async () => {
    const { ended, entries } = await execute((_, context) => context.sleep('1h'));
    await pass(120_000);
    expect(ended(), 'the run waits').toBe('settled');
    expect(entries.at(-1)?.meta.kind).toBe('run.waiting');
  });
});
