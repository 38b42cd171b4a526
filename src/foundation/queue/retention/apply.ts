import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Stream } from '../../journal/index.ts';
import { type CleanedUp, cleanUp } from './clean-up.ts';
import { closePartition } from './close-partition.ts';
import { dropClosed, type OnStep } from './drop-closed.ts';
import { type PartitionPlan, planRetention } from './plan.ts';
import { sweepRest } from './sweep-rest.ts';

export type ApplyOptions = {
  /** The owner's, with two connections at least. */
  pool: pg.Pool;
  /** A tenant's own stream, where the record goes. */
  openStream: (tenant: string) => Promise<Stream>;
  /** By whose word. */
  principal: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Told before each step; what it throws stops the work, as a crash would. */
  onStep?: OnStep;
};

export type AppliedRetention = {
  /** Partitions that this call dropped, those that an earlier one had only closed included. */
  dropped: string[];
  /** Runs deleted one by one, by class. */
  swept: Record<string, number>;
  /** What is left, and why. */
  kept: PartitionPlan[];
  cleaned: CleanedUp;
};

const ONE_AT_A_TIME = "hashtextextended('bulkhead retention', 0)";

/**
 * Drops the partitions of which each run is terminal, expired and not held, with all that belongs to their
 * runs. No plan is trusted: each partition is judged anew under locks. A call that is cut off leaves
 * partitions closed, and the next one finishes them.
 *
 * @throws BulkheadError `retention_running`
 * @example
 * await applyRetention({ pool, openStream, principal: 'installation', now: Date.now() });
 */
export async function applyRetention(options: ApplyOptions): Promise<AppliedRetention> {
  const { pool, principal, now, onStep = () => {} } = options;
  const guard = await pool.connect();
  try {
    await takeTurn(guard);
    // A key ring takes connections of its own, so that no stream may be opened inside a transaction.
    const streams = await openStreams(options);
    const streamOf = (tenant: string): Stream => {
      const stream = streams.get(tenant);
      if (stream === undefined) throw new Error(`The stream of tenant ${tenant} was not opened.`);
      return stream;
    };
    const by = { streamOf, principal, now };
    const dropped = await dropClosed(pool, onStep);
    const swept: Record<string, number> = {};
    for (const plan of await planRetention(pool)) {
      if (plan.verdict === 'keep') continue;
      await onStep(plan.verdict, plan.partition);
      if (plan.verdict === 'sweep') swept[plan.class] = await sweepRest(pool, plan.class, by);
      else if ((await closePartition(pool, plan, by))?.verdict === 'drop')
        dropped.push(...(await dropClosed(pool, onStep)));
    }
    await onStep('clean-up', '');
    return { dropped, swept, cleaned: await cleanUp(pool), kept: await planRetention(pool) };
  } finally {
    // The turn ends here for whoever comes next, and with its session in any case.
    await guard.query(`SELECT pg_advisory_unlock(${ONE_AT_A_TIME})`).catch(() => {});
    guard.release(true);
  }
}

async function takeTurn(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ mine: boolean }>(
    `SELECT pg_try_advisory_lock(${ONE_AT_A_TIME}) AS mine`,
  );
  if (rows[0]?.mine === true) return;
  throw new BulkheadError({
    code: 'retention_running',
    message:
      'Retention is being applied by another process now. Wait until it is done; nothing was changed here.',
    status: 409,
    retryable: true,
  });
}

async function openStreams({ pool, openStream }: ApplyOptions): Promise<Map<string, Stream>> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM tenant');
  const opened = new Map<string, Stream>();
  for (const { id } of rows) opened.set(id, await openStream(id));
  return opened;
}
