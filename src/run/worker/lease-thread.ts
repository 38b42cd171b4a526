/** Renews a worker's lease from a thread of its own: a main thread that is busy for seconds is not dead. */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { renewLease } from '../../foundation/queue/worker-lease.ts';
// Not the whole store: a thread loads each module anew, and each worker has one.
import { requireRole } from '../../foundation/store/require-role.ts';
import { withStartupOptions } from '../../foundation/store/startup-options.ts';
import type { LeaseMessage, LeaseOptions } from './lease-protocol.ts';

const options = workerData as LeaseOptions;
let heard = Date.now();
let client: pg.Client | undefined;
let renewed = false;

parentPort?.on('message', () => {
  heard = Date.now();
});

async function connected(): Promise<pg.Client> {
  if (client !== undefined) return client;
  const next = new pg.Client({
    ...withStartupOptions(options.url, '-c role=bulkhead_worker'),
    connectionTimeoutMillis: options.lease,
    query_timeout: options.lease,
  });
  const forget = () => {
    if (client === next) client = undefined;
  };
  next.on('error', forget);
  next.on('end', forget);
  await next.connect();
  try {
    await requireRole(next, 'bulkhead_worker');
  } catch (error) {
    await next.end().catch(() => {});
    throw error;
  }
  client = next;
  return next;
}

function lose(reason: Extract<LeaseMessage, { type: 'lost' }>['reason']): void {
  parentPort?.postMessage({ type: 'lost', reason } satisfies LeaseMessage);
}

async function renew(): Promise<void> {
  if (Date.now() - heard > options.patience) return lose('main-thread-silent');
  try {
    const held = await renewLease(await connected(), options, options.lease);
    if (!held) return lose('declared-dead');
    if (!renewed) parentPort?.postMessage({ type: 'renewed' } satisfies LeaseMessage);
    renewed = true;
  } catch {
    // The database is away: nobody can take the runs over either. The next try decides.
    await client?.end().catch(() => {});
    client = undefined;
  }
  setTimeout(renew, options.every);
}

await renew();
