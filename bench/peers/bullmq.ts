import { randomUUID } from 'node:crypto';
import { AwaitedRuns } from './awaited-runs.ts';
import { loadInstalled } from './installed.ts';
import type { PeerEngine } from './measure-peer.ts';

type Job = { id: string };
/** The part of BullMQ that the measurement uses. */
type BullMq = {
  Queue: new (
    name: string,
    options: object,
  ) => { add(name: string, data: object, options: { jobId: string }): Promise<Job>; close(): Promise<void> };
  Worker: new (
    name: string,
    process: (job: Job) => Promise<string>,
    options: object,
  ) => {
    on(event: 'completed', listener: (job: Job) => void): void;
    on(event: 'failed', listener: (job: Job | undefined, error: Error) => void): void;
    waitUntilReady(): Promise<unknown>;
    close(): Promise<void>;
  };
};
type Redis = {
  hkeys(key: string): Promise<string[]>;
  hset(key: string, field: number, value: string): Promise<unknown>;
  quit(): Promise<unknown>;
};
type IoRedis = { Redis: new (options: object) => Redis };

const KILOBYTE = 'x'.repeat(1_000);

/**
 * Ten steps as one BullMQ job with its checkpoints in a Redis hash: what `updateData` does in its pattern for steps,
 * but without writing all results again at each step. Completed jobs are kept up to a number, as it advises.
 */
export async function openBullMq(port: number): Promise<(() => Promise<PeerEngine>) | undefined> {
  const bullmq = await loadInstalled<BullMq>('bullmq');
  const ioredis = await loadInstalled<IoRedis>('ioredis');
  if (bullmq === undefined || ioredis === undefined) return undefined;
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  return async () => {
    const redis = new ioredis.Redis(connection);
    const queue = new bullmq.Queue('memos', { connection });
    const worker = new bullmq.Worker('memos', ({ id }) => memos(redis, id), {
      connection,
      concurrency: 50,
      removeOnComplete: { count: 1_000 },
    });
    const awaited = new AwaitedRuns();
    worker.on('completed', ({ id }) => awaited.ended(id));
    worker.on('failed', (job, error) => awaited.failed(job?.id ?? '', error));
    await worker.waitUntilReady();
    return {
      async run() {
        const jobId = randomUUID();
        const end = awaited.end(jobId);
        await queue.add('memos', {}, { jobId });
        await end;
      },
      async stop() {
        await worker.close();
        await queue.close();
        await redis.quit();
      },
    };
  };
}

/** A step that was recorded is not executed again: what a job resumes from. */
async function memos(redis: Redis, run: string): Promise<string> {
  const key = `checkpoint:${run}`;
  const recorded = new Set(await redis.hkeys(key));
  for (let step = 0; step < 10; step += 1) {
    if (!recorded.has(String(step))) await redis.hset(key, step, KILOBYTE);
  }
  return 'done';
}
