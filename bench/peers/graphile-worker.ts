import { randomUUID } from 'node:crypto';
import { asOwner } from '../database-server.ts';
import { AwaitedRuns } from './awaited-runs.ts';
import { loadInstalled } from './installed.ts';
import type { PeerEngine } from './measure-peer.ts';

type Client = { query(query: object): Promise<{ rows: { step: number }[] }> };
type Helpers = { withPgClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> };
type Job = { payload: { run: string } };
type Runner = {
  addJob(task: string, payload: { run: string }): Promise<unknown>;
  events: { on(event: 'job:complete', listener: (told: { job: Job; error: unknown }) => void): void };
  stop(): Promise<void>;
};
/** The part of Graphile Worker that the measurement uses. */
type GraphileWorker = {
  run(options: object): Promise<Runner>;
  Logger: new (factory: () => () => void) => object;
};

const KILOBYTE = 'x'.repeat(1_000);
const IN_FLIGHT = 50;

/** A step that was recorded is not executed again: what a job resumes from. */
async function memos({ run }: { run: string }, { withPgClient }: Helpers): Promise<void> {
  const { rows } = await withPgClient((client) =>
    client.query({ name: 'recorded', text: 'SELECT step FROM checkpoint WHERE run = $1', values: [run] }),
  );
  const recorded = new Set(rows.map(({ step }) => step));
  for (let step = 0; step < 10; step += 1) {
    if (recorded.has(step)) continue;
    const record = {
      name: 'record',
      text: 'INSERT INTO checkpoint (run, step, result) VALUES ($1, $2, $3)',
      values: [run, step, KILOBYTE],
    };
    await withPgClient((client) => client.query(record));
  }
}

/**
 * Ten steps as one Graphile Worker job with a table of checkpoints, set up as its page on performance advises for
 * many short jobs: local queue, completions in batches, a connection for each job at once.
 */
export async function openGraphileWorker(url: string): Promise<(() => Promise<PeerEngine>) | undefined> {
  const graphile = await loadInstalled<GraphileWorker>('graphile-worker');
  if (graphile === undefined) return undefined;
  const table =
    'CREATE TABLE checkpoint (run uuid, step integer, result text NOT NULL, PRIMARY KEY (run, step))';
  await asOwner(url, (owner) => owner.query(table));
  return async () => {
    const runner = await graphile.run({
      preset: {
        worker: {
          connectionString: url,
          concurrentJobs: IN_FLIGHT,
          maxPoolSize: IN_FLIGHT + 1,
          localQueue: { size: IN_FLIGHT + 1 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          preparedStatements: true,
        },
      },
      logger: new graphile.Logger(() => () => {}),
      noHandleSignals: true,
      taskList: { memos },
    });
    const awaited = new AwaitedRuns();
    runner.events.on('job:complete', ({ job, error }) => {
      if (error == null) awaited.ended(job.payload.run);
      else awaited.failed(job.payload.run, error);
    });
    return {
      async run() {
        const run = randomUUID();
        const end = awaited.end(run);
        await runner.addJob('memos', { run });
        await end;
      },
      stop: () => runner.stop(),
    };
  };
}
