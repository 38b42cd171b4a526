import type pg from 'pg';
import type { CacheKind } from './cache-store.ts';

/** Writes of a tenant and kind between two looks at how much it has: counting costs more than writing. */
const LOOK_EVERY = 50;

/**
 * Deletes what has expired and what is beyond the bound, the oldest first. Each worker looks at every fiftieth of its
 * writes, its first among them, so that a tenant may be that far above the bound for a while, and workers that live
 * for few writes keep it too.
 */
export function keepWithinBound(
  pool: pg.Pool,
  bound: number,
): (tenant: string, kind: CacheKind) => Promise<void> {
  const writes = new Map<string, number>();
  return async (tenant, kind) => {
    const group = `${kind}:${tenant}`;
    const count = writes.get(group) ?? 0;
    writes.set(group, (count + 1) % LOOK_EVERY);
    if (count > 0) return;
    await pool.query(
      `DELETE FROM cache_entry WHERE tenant = $1 AND kind = $2 AND (expires_at <= now() OR asked_at < (
         SELECT asked_at FROM cache_entry WHERE tenant = $1 AND kind = $2 ORDER BY asked_at DESC OFFSET $3 LIMIT 1))`,
      [tenant, kind, Math.max(0, bound - 1)],
    );
  };
}
