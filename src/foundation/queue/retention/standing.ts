import type pg from 'pg';

/** How the runs of a partition stand; counts. */
export type Standing = {
  runs: number;
  terminal: number;
  expired: number;
  held: number;
  awaited: number;
  untold: number;
  /** Runs that nothing keeps. */
  over: number;
};

const STANDINGS = `SELECT partition, count(*)::int AS runs, count(*) FILTER (WHERE terminal)::int AS terminal,
    count(*) FILTER (WHERE expired)::int AS expired, count(*) FILTER (WHERE held)::int AS held,
    count(*) FILTER (WHERE awaited)::int AS awaited, count(*) FILTER (WHERE untold)::int AS untold,
    count(*) FILTER (WHERE terminal AND expired AND NOT held AND NOT awaited AND NOT untold)::int AS over
  FROM run_retention`;

const NOTHING: Standing = { runs: 0, terminal: 0, expired: 0, held: 0, awaited: 0, untold: 0, over: 0 };

/** How the runs stand, by partition; of all, or of the one of this name. Partitions without runs are absent. */
export async function standings(
  connection: pg.Pool | pg.PoolClient,
  only?: { class: string; partition: string },
): Promise<(partition: string) => Standing> {
  const { rows } = await connection.query<Standing & { partition: string }>(
    `${STANDINGS} WHERE $1::text IS NULL OR (class = $1 AND partition = $2) GROUP BY partition`,
    [only?.class ?? null, only?.partition ?? null],
  );
  const byPartition = new Map(rows.map(({ partition, ...standing }) => [partition, standing]));
  return (partition) => byPartition.get(partition) ?? NOTHING;
}
