import pg from 'pg';
import { deleteRunsOfPeriod } from './delete-runs.ts';
import { inTransaction } from './in-transaction.ts';

/** Told before each step, which waits for it. */
export type OnStep = (step: string, partition: string) => void | Promise<void>;

/** A partition that is decided about and not gone yet. */
type Closed = { partition: string; class: string; first_id: string; after_id: string };

/**
 * Finishes what was begun with every closed partition, also by an `apply` that was cut off: its runs go, then
 * the table.
 *
 * @param onStep told before each step; what it throws stops the work, as a crash would
 * @returns the partitions that are gone now
 */
export async function dropClosed(pool: pg.Pool, onStep: OnStep): Promise<string[]> {
  const { rows } = await pool.query<Closed>(
    `SELECT partition, class, first_id, after_id FROM frame_partition
     WHERE closed_at IS NOT NULL AND dropped_at IS NULL ORDER BY class, starts`,
  );
  for (const { partition, class: retention, first_id: firstId, after_id: afterId } of rows) {
    await onStep('delete-runs', partition);
    await deleteRunsOfPeriod(pool, { class: retention, firstId, afterId }, () =>
      onStep('next-runs', partition),
    );
    await onStep('drop-table', partition);
    await inTransaction(pool, async (client) => {
      // Shuts readers and writers of the class out for a moment: DETACH … CONCURRENTLY is not to be had
      // beside a default partition.
      await client.query(`DROP TABLE ${pg.escapeIdentifier(partition)}`);
      await client.query('UPDATE frame_partition SET dropped_at = now() WHERE partition = $1', [partition]);
    });
  }
  return rows.map(({ partition }) => partition);
}
