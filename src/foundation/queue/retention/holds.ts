import type pg from 'pg';
import { BulkheadError } from '../../../contract/errors.ts';
import type { HoldScope } from '../../../contract/retention.ts';
import { appendExclusive, type Stream } from '../../journal/index.ts';

/** What may not be deleted, whatever its age. `target` is a run's id, a session or a subject; null for a tenant. */
export type Hold = {
  id: string;
  scope: HoldScope;
  target: string | null;
  reason: string;
  setBy: string;
  setAt: Date;
  releasedBy: string | null;
  releasedAt: Date | null;
};

const COLUMNS = `id, scope, target, reason, set_by AS "setBy", set_at AS "setAt", released_by AS "releasedBy",
  released_at AS "releasedAt"`;

/** The tenant's holds, oldest first; released ones only when asked for. */
export async function listHolds(
  client: pg.PoolClient,
  { released = false }: { released?: boolean } = {},
): Promise<Hold[]> {
  const { rows } = await client.query<Hold>(
    `SELECT ${COLUMNS} FROM hold WHERE tenant = current_tenant() AND ($1 OR released_at IS NULL) ORDER BY set_at, id`,
    [released],
  );
  return rows;
}

/**
 * Holds something: from when this is committed, retention leaves it. A run that retention is deleting already
 * cannot be held any more.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param request.now milliseconds since the epoch
 * @throws BulkheadError `unknown_run`, `run_being_dropped`
 */
export async function setHold(
  client: pg.PoolClient,
  request: {
    stream: Stream;
    scope: HoldScope;
    target: string | null;
    reason: string;
    principal: string;
    now: number;
  },
): Promise<Hold> {
  const { stream, scope, target, reason, principal } = request;
  // Waits for a partition that is being closed, so that what is read next is known for good.
  await client.query('LOCK TABLE hold IN ROW EXCLUSIVE MODE');
  if (scope === 'run') await checkRun(client, String(target));
  const { rows } = await client.query<Hold>(
    `INSERT INTO hold (tenant, scope, target, reason, set_by) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
    [stream.tenant, scope, target, reason, principal],
  );
  const set = rows[0];
  if (set === undefined) throw new Error('INSERT … RETURNING gave no row');
  // Whom a hold is about is content.
  const entry = {
    meta: { kind: 'hold.set' as const, id: set.id, scope, principal },
    body: { detail: { target, reason } },
  };
  await appendExclusive(client, stream, [entry], request.now);
  return set;
}

/**
 * Ends a hold; its row stays as a record.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @throws BulkheadError `unknown_hold`
 */
export async function releaseHold(
  client: pg.PoolClient,
  request: { stream: Stream; id: string; principal: string; now: number },
): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE hold SET released_at = now(), released_by = $3
     WHERE tenant = $1 AND id::text = $2 AND released_at IS NULL`,
    [request.stream.tenant, request.id, request.principal],
  );
  if (rowCount === 0) {
    throw new BulkheadError({
      code: 'unknown_hold',
      message: `There is no standing hold ${request.id}. It may have been released already; see GET /v1/holds.`,
      status: 404,
    });
  }
  const meta = { kind: 'hold.released' as const, id: request.id, principal: request.principal };
  await appendExclusive(client, request.stream, [{ meta }], request.now);
}

async function checkRun(client: pg.PoolClient, run: string): Promise<void> {
  const { rows } = await client.query<{ going: boolean }>(
    `SELECT EXISTS (SELECT FROM frame_partition part WHERE part.class = run.class AND part.first_id <= run.id
       AND run.id < part.after_id AND part.closed_at IS NOT NULL AND part.dropped_at IS NULL) AS going
     FROM run WHERE run.id = $1 AND run.tenant = current_tenant()`,
    [run],
  );
  const found = rows[0];
  if (found?.going === false) return;
  throw found === undefined
    ? new BulkheadError({
        code: 'unknown_run',
        message: `There is no run ${run} that could be held. List runs with \`bulkhead runs\` or GET /v1/runs.`,
        status: 404,
      })
    : new BulkheadError({
        code: 'run_being_dropped',
        message: `Run ${run} is being deleted by retention; it is too late to hold it.`,
        status: 409,
      });
}
