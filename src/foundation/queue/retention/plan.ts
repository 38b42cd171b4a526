import pg from 'pg';
import { type KnownPartition, knownPartitions } from './known-partitions.ts';
import { type KeepReason, reasonsToKeep } from './reasons.ts';
import { type Standing, standings } from './standing.ts';

/** One partition of the journal and what retention makes of it. */
export type PartitionPlan = {
  partition: string;
  class: string;
  /** The period of its runs' ids; null for the rest of a class, and for a class that is one table. */
  from: Date | null;
  to: Date | null;
  runs: number;
  frames: number;
  bytes: number;
  terminal: number;
  expired: number;
  held: number;
  /** `drop`: the whole table. `sweep`: the rest is never dropped; its runs that are over are deleted one by one. */
  verdict: 'drop' | 'sweep' | 'keep';
  /** What keeps it, the first to be settled first. */
  reasons: KeepReason[];
};

/**
 * What {@link applyRetention} would do now, partition by partition. Only a picture: what is applied is found
 * out anew, under locks.
 *
 * @param connection the owner's
 */
export async function planRetention(connection: pg.Pool | pg.PoolClient): Promise<PartitionPlan[]> {
  const standingOf = await standings(connection);
  const plans: PartitionPlan[] = [];
  for (const known of await knownPartitions(connection)) {
    plans.push(await planOf(connection, known, standingOf(known.partition)));
  }
  return plans;
}

/** As {@link planRetention}, for one partition; undefined when it is not there any more. */
export async function planPartition(
  connection: pg.PoolClient,
  partition: string,
): Promise<PartitionPlan | undefined> {
  const [known] = await knownPartitions(connection, partition);
  if (known === undefined) return undefined;
  const standingOf = await standings(connection, known);
  return planOf(connection, known, standingOf(partition));
}

async function planOf(
  connection: pg.Pool | pg.PoolClient,
  known: KnownPartition,
  standing: Standing,
): Promise<PartitionPlan> {
  const table = pg.escapeIdentifier(known.partition);
  const { rows } = await connection.query<{ frames: number; orphans: number; bytes: number }>(
    `SELECT count(*)::float8 AS frames, pg_total_relation_size($1::regclass)::float8 AS bytes,
       count(DISTINCT f.stream) FILTER (WHERE run.id IS NULL AND tenant.id IS NULL)::float8 AS orphans
     FROM ${table} f LEFT JOIN run ON run.id = f.stream LEFT JOIN tenant ON tenant.stream = f.stream`,
    [table],
  );
  const { frames, bytes, orphans } = rows[0] ?? { frames: 0, bytes: 0, orphans: 0 };
  const reasons = reasonsToKeep(known, standing, orphans);
  const { partition, class: retention, from, to } = known;
  const { runs, terminal, expired, held } = standing;
  return {
    ...{ partition, class: retention, from, to, runs, frames, bytes, terminal, expired, held },
    verdict: reasons.length === 0 ? 'drop' : known.kept === 'rest' && standing.over > 0 ? 'sweep' : 'keep',
    reasons,
  };
}
