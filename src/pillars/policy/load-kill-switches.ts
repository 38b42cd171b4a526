import type pg from 'pg';
import type { KillSwitch } from './kill-switches.ts';

/** Reads all switches of all tenants. The pool is the worker's: the API's sees one tenant only. */
export async function loadKillSwitches(pool: pg.Pool): Promise<KillSwitch[]> {
  const { rows } = await pool.query<Omit<KillSwitch, 'setAt' | 'setBy'> & { set_by: string; set_at: Date }>({
    name: 'kill-switches',
    text: 'SELECT tenant, target, reason, set_by, set_at FROM kill_switch',
  });
  return rows.map(({ tenant, target, reason, set_by, set_at }) => ({
    tenant,
    target,
    reason,
    setBy: set_by,
    setAt: set_at.getTime(),
  }));
}
