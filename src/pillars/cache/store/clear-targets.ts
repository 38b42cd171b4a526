import type pg from 'pg';

/**
 * Makes sure that no entry of these targets that was asked for until now is given again. What is asked for at this
 * moment and stored later does not count either: the time of the clearing stays.
 *
 * @param connection the worker's pool, or the API's client behind the tenant's wall
 * @param targets `tag:<tag>` or `agent:<name>`
 * @returns how many entries were there
 */
export async function clearTargets(
  connection: pg.Pool | pg.PoolClient,
  tenant: string,
  targets: readonly string[],
): Promise<number> {
  // In order, so that two who clear the same targets do not wait for each other in a ring.
  await connection.query(
    `INSERT INTO cache_clearing AS c (tenant, target, cleared_at)
     SELECT $1, target, clock_timestamp() FROM unnest($2::text[]) AS target ORDER BY target
     ON CONFLICT (tenant, target) DO UPDATE SET cleared_at = greatest(c.cleared_at, excluded.cleared_at)`,
    [tenant, [...new Set(targets)]],
  );
  const { rowCount } = await connection.query(
    'DELETE FROM cache_entry WHERE tenant = $1 AND targets && $2::text[]',
    [tenant, [...targets]],
  );
  return rowCount ?? 0;
}
