import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../contract/clock.ts';
import type { NewEntry } from '../../../contract/entry.ts';
import { JournalWriter, readFrom, type Settlement } from '../../../foundation/journal/index.ts';
import { claimRuns, registerWorker } from '../../../foundation/queue/index.ts';
import type { TestApi } from './open-test-api.ts';

const NOTHING_USED = { inputTokens: 0, outputTokens: 0, usd: 0, modelCalls: 0, toolCalls: 0 };

/** A run in the hands of a worker that does what a test tells it to. */
export type PlayedRun = {
  /** Appends entries in one frame; resolves when it is durable. */
  record(...entries: NewEntry[]): Promise<void>;
  /** Appends the last entries together with what becomes of the run. */
  settle(settlement: Partial<Settlement> & Pick<Settlement, 'status'>, ...entries: NewEntry[]): Promise<void>;
};

/** Claims every ready run as a worker does, and hands over the one that is asked for. */
export async function takeRun({ worker }: TestApi, id: string): Promise<PlayedRun> {
  const { pool } = worker.store;
  const owner = { worker: randomUUID(), epoch: 0 };
  owner.epoch = await registerWorker(pool, owner.worker, 60_000);
  const claimed = (await claimRuns(pool, owner, { room: 1_000 })).find(({ facts }) => facts.id === id);
  if (claimed === undefined) throw new Error(`Run ${id} is not ready.`);
  const { tenant } = claimed.facts;
  const head = (await readFrom(pool, claimed.class, id, 0)).at(-1);
  if (head === undefined) throw new Error(`Run ${id} has no journal.`);
  const stream = new JournalWriter({ pool, clock: systemClock }).open({
    stream: { class: claimed.class, id, tenant, key: await worker.keys.dataKey(tenant, id) },
    epoch: owner.epoch,
    next: head.frame + 1,
    head: head.hash,
  });
  return {
    async record(...entries) {
      for (const entry of entries) stream.append(entry);
      await stream.durable();
    },
    async settle(settlement, ...entries) {
      for (const entry of entries) stream.append(entry);
      await stream.settle({ seen: 0, sums: NOTHING_USED, ...settlement });
    },
  };
}

/** Lets a run succeed with an output. */
export async function finishRun(api: TestApi, id: string, output: string): Promise<void> {
  const run = await takeRun(api, id);
  await run.settle(
    {
      status: 'succeeded',
      sums: { inputTokens: 7, outputTokens: 3, usd: 0.25, modelCalls: 1, toolCalls: 0 },
    },
    { meta: { kind: 'run.succeeded' }, body: { output } },
  );
}
