import type pg from 'pg';
import { type ClaimedRun, type RunRow, toClaimedRun } from './run-row.ts';

/** After so long in a lane a run counts as one of the lane above: none waits for ever. Seconds. */
const AGEING = 60;

export type ClaimRequest = {
  /** Runs that the worker has room for. */
  room: number;
  /** Places beyond it, for the first run of each tenant that has nothing under way there. Default 0. */
  reserve?: number;
  /** Runs under way in this worker, by tenant: who has fewer comes first. */
  busy?: ReadonlyMap<string, number>;
  /** Whether runs of the lane `batch` may start now. Default true. */
  batch?: boolean;
};

/**
 * Takes ready runs for a worker whose lease holds: by lane, then fairly across tenants, within the limits of
 * tenants and agents, the longest ready first (`claim_runs` in 002_fair_queue.sql says how).
 *
 * @example
 * const runs = await claimRuns(pool, owner, { room: 20, busy: new Map([['acme', 80]]) });
 */
export async function claimRuns(
  pool: pg.Pool,
  owner: { worker: string; epoch: number },
  { room, reserve = 0, busy = new Map(), batch = true }: ClaimRequest,
): Promise<ClaimedRun[]> {
  const { rows } = await pool.query<RunRow>({
    name: 'claim',
    text: `SELECT *, clock_timestamp() AS claimed_at FROM claim_runs($1, $2, $3, $4, $5, $6, $7, $8 * interval '1 second')`,
    values: [owner.worker, owner.epoch, room, reserve, [...busy.keys()], [...busy.values()], batch, AGEING],
  });
  return rows.map(toClaimedRun);
}

/** Hands runs back unchanged, for another worker to take. Returns how many: whoever calls it rings the doorbell. */
export async function handBack(
  pool: pg.Pool,
  owner: { worker: string; epoch: number },
  runs: readonly string[],
): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE run SET status = 'queued', ready_lane = least(ready_lane, 1), worker = NULL, epoch = NULL
     WHERE id = ANY($3::uuid[]) AND worker = $1 AND epoch = $2 AND status = 'running'`,
    [owner.worker, owner.epoch, runs],
  );
  return rowCount ?? 0;
}

/**
 * Hands back the runs that are this worker's by their rows and that it does not know of: the answer to its
 * claim was lost, or handing them back was. Nobody would ever take them over, because the worker lives.
 *
 * @param isKnown whether it works on a run. Asked once the rows were read: what it begins meanwhile it knows of by
 *   then. No claim may be under way.
 */
export async function handBackForgotten(
  pool: pg.Pool,
  owner: { worker: string; epoch: number },
  isKnown: (run: string) => boolean,
): Promise<void> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'named-by-rows',
    text: `SELECT id FROM run WHERE worker = $1 AND epoch = $2 AND status = 'running'`,
    values: [owner.worker, owner.epoch],
  });
  const forgotten = rows.flatMap(({ id }) => (isKnown(id) ? [] : id));
  if (forgotten.length > 0) await handBack(pool, owner, forgotten);
}
