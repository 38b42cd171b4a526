import type pg from 'pg';
import type { ArchivedRow } from './format.ts';

/** Whether a row tells of a partition that still stood where it was exported. */
export function isStandingPartition(table: string, row: ArchivedRow): boolean {
  return table === 'frame_partition' && row.dropped_at === null;
}

/**
 * Makes the partition of a period here, unless it is there: frames that are imported lie as they lay, so that
 * what has expired can be dropped here too. Whether it was about to be dropped is decided anew.
 */
export async function restorePartition(client: pg.ClientBase, row: ArchivedRow): Promise<void> {
  await client.query(
    `SELECT add_frame_partition($1, $2::timestamptz) WHERE NOT EXISTS (
       SELECT FROM frame_partition WHERE class = $1 AND starts = $2::timestamptz)`,
    [row.class, row.starts],
  );
}
