import type pg from 'pg';

/**
 * Declares workers dead whose lease has passed, and frees the runs of every worker that is not there any
 * more. A worker that lives but was late finds its row gone and knows that its runs are not its own.
 *
 * @returns how many runs were freed
 */
export async function freeRunsOfDeadWorkers(pool: pg.Pool): Promise<number> {
  await pool.query({ name: 'bury-workers', text: 'DELETE FROM worker WHERE lease_until < now()' });
  const { rowCount } = await pool.query({
    name: 'free-dead',
    // The owner that was first seen is asked for again: a row that changed meanwhile may name a worker that
    // registered after this statement began, and that it cannot see.
    text: `WITH dead AS MATERIALIZED (
        SELECT id, worker, epoch FROM run WHERE status = 'running' AND NOT EXISTS (
          SELECT 1 FROM worker WHERE worker.id = run.worker AND worker.epoch = run.epoch
        )
      )
      UPDATE run SET status = 'queued', ready_lane = least(ready_lane, 1), worker = NULL, epoch = NULL
      FROM dead WHERE run.id = dead.id AND run.status = 'running'
        AND run.worker = dead.worker AND run.epoch = dead.epoch`,
  });
  return rowCount ?? 0;
}

/** Runs woken by one statement at most: ten thousand that wake at once must not hold up all others meanwhile. */
const WOKEN_AT_ONCE = 250;

/**
 * Makes waiting runs ready whose time has come, the longest due first.
 *
 * @param onWoken called after each statement that woke some, so that the first need not wait for the last
 * @returns how many
 */
export async function wakeDueRuns(pool: pg.Pool, onWoken: () => void = () => {}): Promise<number> {
  let woken = 0;
  for (;;) {
    const { rowCount } = await pool.query({
      name: 'wake-due',
      text: `WITH due AS (
          SELECT id FROM run WHERE status = 'waiting' AND wake_at <= now()
          ORDER BY wake_at LIMIT ${WOKEN_AT_ONCE} FOR UPDATE SKIP LOCKED
        )
        UPDATE run SET status = 'queued', ready_lane = least(ready_lane, 1), queued_at = now(), wake_at = NULL
        FROM due WHERE run.id = due.id`,
    });
    woken += rowCount ?? 0;
    if (rowCount !== 0) onWoken();
    if (rowCount !== WOKEN_AT_ONCE) return woken;
  }
}
