import { randomUUID } from 'node:crypto';
import { Worker as Thread } from 'node:worker_threads';
import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { registerWorker, releaseLease } from '../../foundation/queue/index.ts';
import type { LeaseMessage, LeaseOptions } from './lease-protocol.ts';

/** A dead worker is found after its lease plus one sweep: together under the 2 s that a takeover may take. */
const LEASE = 1_200;
/** Until the thread that renews it is loaded and connected, which takes a busy machine longer than a lease. */
const FIRST_LEASE = 15_000;
const EVERY = 300;
const PATIENCE = 30_000;
const HEARTBEAT = 1_000;

export type Owner = { worker: string; epoch: number };

export type Lease = { owner: Owner; release(): Promise<void> };

const threadFile = new URL(
  `./lease-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
);

/**
 * Registers this process as a worker and keeps its lease until released; resolves once the thread has renewed it, so
 * that nobody claims under the first lease, which lasts longer. `onLost` is called at most once.
 *
 * @param options.patience a main thread that is silent for so long is given up, ms. Default 30,000
 */
export async function holdLease(options: {
  pool: pg.Pool;
  url: string;
  onLost: () => void;
  patience?: number;
}): Promise<Lease> {
  const { patience = PATIENCE } = options;
  const worker = randomUUID();
  const epoch = await registerWorker(options.pool, worker, FIRST_LEASE);
  const data: LeaseOptions = {
    url: options.url,
    worker,
    epoch,
    lease: LEASE,
    every: EVERY,
    patience,
  };
  const thread = new Thread(threadFile, { workerData: data });
  const heartbeat = setInterval(() => thread.postMessage('alive'), Math.min(HEARTBEAT, patience / 4));
  heartbeat.unref();
  const { promise: renewed, resolve, reject } = Promise.withResolvers<void>();
  let begun = false;
  let lost = false;
  const lose = () => {
    if (lost) return;
    lost = true;
    clearInterval(heartbeat);
    void thread.terminate();
    if (begun) options.onLost();
    else reject(declaredDead());
  };
  thread.on('message', (message: LeaseMessage) => {
    if (message.type === 'lost') lose();
    else resolve();
  });
  thread.on('error', lose);
  await renewed;
  begun = true;
  thread.unref();
  return {
    owner: { worker, epoch },
    async release() {
      lost = true;
      clearInterval(heartbeat);
      await thread.terminate();
      await releaseLease(options.pool, { worker, epoch });
    },
  };
}

function declaredDead(): BulkheadError {
  return new BulkheadError({
    code: 'lease_lost',
    message: `This worker could not renew its lease within ${FIRST_LEASE / 1_000} s of registering, and was declared dead before it could begin. Look at how busy the machine is, and at the way to the database; then start it again.`,
    status: 503,
    retryable: true,
  });
}
