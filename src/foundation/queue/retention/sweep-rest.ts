import pg from 'pg';
import { deleteRuns } from './delete-runs.ts';
import { inTransaction } from './in-transaction.ts';
import { recordDrop, type StreamOf } from './record-drop.ts';

/** Runs of one transaction. */
const AT_ONCE = 500;

const OVER = `SELECT id FROM run_retention WHERE class = $1 AND partition = $2
  AND terminal AND expired AND NOT held AND NOT awaited AND NOT untold ORDER BY id LIMIT $3`;

/**
 * Deletes the runs of a class's rest that are over, with their frames. The rest holds what found no partition:
 * it is no period, so that it cannot be dropped as one.
 *
 * @returns how many runs
 */
export async function sweepRest(
  pool: pg.Pool,
  retention: string,
  by: { streamOf: StreamOf; principal: string; now: number },
): Promise<number> {
  const partition = `frame_${retention}_rest`;
  for (let swept = 0; ; ) {
    const count = await inTransaction(pool, async (client) => {
      await client.query('SELECT 1 FROM retention_class WHERE name = $1 FOR UPDATE', [retention]);
      await client.query('LOCK TABLE hold IN SHARE MODE');
      const { rows } = await client.query<{ id: string }>(OVER, [retention, partition, AT_ONCE]);
      const runs = rows.map(({ id }) => id);
      if (runs.length === 0) return 0;
      await recordDrop(
        client,
        by.streamOf,
        { partition, class: retention, from: null, to: null, ...by },
        runs,
      );
      await deleteRuns(client, runs);
      const table = pg.escapeIdentifier(partition);
      await client.query(`DELETE FROM ${table} WHERE class = $1 AND stream = ANY($2::uuid[])`, [
        retention,
        runs,
      ]);
      return runs.length;
    });
    if (count === 0) return swept;
    swept += count;
  }
}
