import pg from 'pg';
import { inTransaction } from './in-transaction.ts';
import { type PartitionPlan, planPartition } from './plan.ts';
import { recordDrop, type StreamOf } from './record-drop.ts';

/**
 * Decides anew, under locks, whether a partition may be dropped, and if so closes it for good: no frame goes
 * in any more, and the tenants' streams tell of it. From here on there is no way back.
 *
 * @returns the plan as it was found under the locks; the partition is closed when its verdict is `drop`
 */
export async function closePartition(
  pool: pg.Pool,
  { partition, class: retention }: { partition: string; class: string },
  by: { streamOf: StreamOf; principal: string; now: number },
): Promise<PartitionPlan | undefined> {
  const table = pg.escapeIdentifier(partition);
  return inTransaction(pool, async (client) => {
    // Neither a longer time to keep nor a hold comes in between, and nobody begins a run in it.
    await client.query('SELECT 1 FROM retention_class WHERE name = $1 FOR UPDATE', [retention]);
    await client.query('LOCK TABLE hold IN SHARE MODE');
    await client.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
    const plan = await planPartition(client, partition);
    if (plan?.verdict !== 'drop') return plan;
    await client.query(
      `UPDATE frame_partition SET closed_at = now(), closed_by = $2, runs = $3, frames = $4 WHERE partition = $1`,
      [partition, by.principal, plan.runs, plan.frames],
    );
    await recordDrop(client, by.streamOf, { ...plan, ...by });
    // Not validated: the frames in it are not looked at, new ones are refused. Last, because it shuts readers out.
    await client.query(`ALTER TABLE ${table} ADD CONSTRAINT closed CHECK (false) NOT VALID`);
    return plan;
  });
}
