import type pg from 'pg';
import type { EntryMeta } from '../../contract/entry.ts';

type Created = Extract<EntryMeta, { kind: 'run.created' }>;

/** What made a run, where neither a caller nor a parent did: a schedule, a run that continues as new, or both. */
export type RunOrigin = Pick<Created, 'schedule' | 'continues'>;

/**
 * Writes a new run's origin into its row, in the transaction that made it: lists and schedules look there. What goes
 * on as a new run has begun already, and leaves the lane `batch`.
 */
export async function recordOrigin(
  client: pg.PoolClient,
  run: string,
  { schedule, continues }: RunOrigin,
): Promise<void> {
  await client.query({
    name: 'run-origin',
    text: `UPDATE run SET schedule = $2, tick = $3, continues = $4,
      ready_lane = CASE WHEN $4::uuid IS NULL THEN ready_lane ELSE least(ready_lane, 1) END WHERE id = $1`,
    values: [
      run,
      schedule?.id ?? null,
      schedule?.tick === undefined ? null : new Date(schedule.tick),
      continues?.run ?? null,
    ],
  });
}
