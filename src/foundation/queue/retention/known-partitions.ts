import type pg from 'pg';

/** A table of the journal that holds frames. */
export type KnownPartition = {
  partition: string;
  class: string;
  from: Date | null;
  to: Date | null;
  kept: 'for ever' | 'until' | 'rest';
  /** Its period ended so long ago that no run of it can be younger than its class keeps. */
  passed: boolean;
  closed: boolean;
};

const PARTITIONS = `SELECT part.partition, part.class, part.starts AS from, part.ends AS to, 'until' AS kept,
    rule.keep_days IS NOT NULL AND part.ends <= now() - rule.keep_days * interval '1 day' AS passed,
    part.closed_at IS NOT NULL AS closed
  FROM frame_partition part JOIN retention_class rule ON rule.name = part.class
  WHERE part.dropped_at IS NULL AND part.partition <> 'frame_' || part.class || '_rest'
  UNION ALL SELECT 'frame_' || name || '_rest', name, NULL, NULL, 'rest', false, false
  FROM retention_class WHERE period IS NOT NULL
  UNION ALL SELECT 'frame_' || name, name, NULL, NULL, 'for ever', false, false
  FROM retention_class WHERE period IS NULL
  ORDER BY class, 3 NULLS LAST`;

/** All of them, or the one of this name, by class and time. */
export async function knownPartitions(
  connection: pg.Pool | pg.PoolClient,
  only?: string,
): Promise<KnownPartition[]> {
  const { rows } = await connection.query<KnownPartition>(
    `SELECT * FROM (${PARTITIONS}) AS known WHERE $1::text IS NULL OR partition = $1`,
    [only ?? null],
  );
  return rows;
}
