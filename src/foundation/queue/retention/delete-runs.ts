import type pg from 'pg';

/**
 * Every table with rows that belong to one run, and the column that names it. A test compares it with the
 * schema: a table that is added must be named here, or there as one that outlives its runs.
 */
export const TABLES_OF_RUNS = {
  inbox: 'run',
  data_key: 'stream',
  run_subject: 'run',
  review: 'run',
  webhook_delivery: 'run',
  run: 'id',
} as const;

const DELETES = Object.entries(TABLES_OF_RUNS)
  .filter(([table]) => table !== 'run')
  .map(
    ([table, column]) => `of_${table} AS (DELETE FROM ${table} WHERE ${column} IN (SELECT id FROM doomed))`,
  );

const statement = (choice: string) => `WITH doomed AS MATERIALIZED (${choice}), ${DELETES.join(', ')}
  DELETE FROM run WHERE id IN (SELECT id FROM doomed)`;

const DELETE_OF_PERIOD = statement(
  'SELECT id FROM run WHERE class = $1 AND id >= $2 AND id < $3 ORDER BY id LIMIT $4',
);
const DELETE_GIVEN = statement('SELECT unnest($1::uuid[]) AS id');

/** Runs of one statement: it holds their rows' locks, and is repeated as a whole after a crash. */
const AT_ONCE = 1_000;

/**
 * Deletes the runs of a period that was closed, with everything that is theirs but their frames; their data
 * keys go too, so that copies of the frames elsewhere cannot be opened any more. Batches, each a transaction.
 *
 * @param onBatch told how many are gone after each batch
 */
export async function deleteRunsOfPeriod(
  pool: pg.Pool,
  period: { class: string; firstId: string; afterId: string },
  onBatch: (deleted: number) => void | Promise<void> = () => {},
): Promise<number> {
  for (let deleted = 0; ; ) {
    const { rowCount } = await pool.query(DELETE_OF_PERIOD, [
      period.class,
      period.firstId,
      period.afterId,
      AT_ONCE,
    ]);
    deleted += rowCount ?? 0;
    if (rowCount === 0) return deleted;
    await onBatch(deleted);
  }
}

/** Deletes these runs with everything that is theirs but their frames, in the caller's transaction. */
export async function deleteRuns(client: pg.PoolClient, runs: readonly string[]): Promise<void> {
  await client.query(DELETE_GIVEN, [runs]);
}
