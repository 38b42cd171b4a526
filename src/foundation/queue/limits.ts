import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { appendExclusive, type Stream } from '../journal/index.ts';

/** How many runs of a tenant, or of one of its agents, may be under way at once. */
export type RunLimit = {
  /** Null: of the tenant as a whole. */
  agent: string | null;
  running: number;
  /** Runs under way now. More than `running` when the limit was lowered, since none is stopped. */
  underWay: number;
  setBy: string;
  setAt: Date;
};

const SELECT = `SELECT nullif(l.agent, '') AS agent, l.running, l.set_by AS "setBy", l.set_at AS "setAt",
    (SELECT count(*)::int FROM run WHERE status = 'running' AND run.tenant = l.tenant
      AND (l.agent = '' OR run.agent = l.agent)) AS "underWay"
  FROM run_limit l WHERE l.tenant = current_tenant()`;

/** The tenant's limits: first its own as a whole, then those of its agents by name. */
export async function listLimits(client: pg.PoolClient): Promise<RunLimit[]> {
  const { rows } = await client.query<RunLimit>(`${SELECT} ORDER BY l.agent`);
  return rows;
}

/**
 * Limits the runs of an agent, or of the tenant when there is none. It holds from the next claim on; runs that are
 * under way keep their places until they wait or end. A limit that is as it should be already stays as it is.
 * Whoever calls it rings the doorbell.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param request.running runs at once; with 0 none is taken up
 * @param request.now milliseconds since the epoch
 */
export async function setLimit(
  client: pg.PoolClient,
  request: { stream: Stream; agent?: string | undefined; running: number; principal: string; now: number },
): Promise<RunLimit> {
  const { stream, agent, running, principal } = request;
  const { rowCount } = await client.query(
    `INSERT INTO run_limit AS l (tenant, agent, running, set_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant, agent) DO UPDATE SET running = excluded.running, set_by = excluded.set_by, set_at = now()
     WHERE l.running <> excluded.running`,
    [stream.tenant, agent ?? '', running, principal],
  );
  if (rowCount === 1) {
    const meta = { kind: 'limit.set' as const, ...named(agent), running, principal };
    await appendExclusive(client, stream, [{ meta }], request.now);
  }
  const { rows } = await client.query<RunLimit>(`${SELECT} AND l.agent = $1`, [agent ?? '']);
  const set = rows[0];
  if (set === undefined) throw new Error('A limit that was just set is not there');
  return set;
}

/**
 * Ends a limit. Whoever calls it rings the doorbell.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @throws BulkheadError `unknown_limit`
 */
export async function clearLimit(
  client: pg.PoolClient,
  request: { stream: Stream; agent?: string | undefined; principal: string; now: number },
): Promise<void> {
  const { stream, agent, principal } = request;
  const { rowCount } = await client.query('DELETE FROM run_limit WHERE tenant = $1 AND agent = $2', [
    stream.tenant,
    agent ?? '',
  ]);
  if (rowCount === 0) {
    throw new BulkheadError({
      code: 'unknown_limit',
      message: `There is no limit ${agent === undefined ? 'of the tenant as a whole' : `of the agent "${agent}"`}. It may have been cleared already; see GET /v1/limits.`,
      status: 404,
    });
  }
  const meta = { kind: 'limit.cleared' as const, ...named(agent), principal };
  await appendExclusive(client, stream, [{ meta }], request.now);
}

function named(agent: string | undefined): { agent?: string } {
  return agent === undefined ? {} : { agent };
}
