import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { appendExclusive, type Stream } from '../../foundation/journal/index.ts';

/** What an operator switched off, as it is shown. */
export type SetKillSwitch = { id: string; target: string; reason: string; setBy: string; setAt: Date };

const COLUMNS = 'id, target, reason, set_by AS "setBy", set_at AS "setAt"';

/** The tenant's own switches, oldest first. */
export async function listKillSwitches(client: pg.PoolClient): Promise<SetKillSwitch[]> {
  const { rows } = await client.query<SetKillSwitch>(
    `SELECT ${COLUMNS} FROM kill_switch WHERE tenant = current_tenant() ORDER BY set_at, id`,
  );
  return rows;
}

/**
 * Switches a target off; workers know within two seconds. A target that is off already for the same
 * reason stays as it is, for another reason it is recorded anew.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @param request.now milliseconds since the epoch
 */
export async function setKillSwitch(
  client: pg.PoolClient,
  request: { stream: Stream; target: string; reason: string; principal: string; now: number },
): Promise<SetKillSwitch> {
  const { stream, target, reason, principal } = request;
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [
    `kill-switch|${stream.tenant}`,
  ]);
  const { rows: standing } = await client.query<SetKillSwitch>(
    `SELECT ${COLUMNS} FROM kill_switch WHERE tenant = $1 AND target = $2`,
    [stream.tenant, target],
  );
  if (standing[0]?.reason === reason) return standing[0];
  await client.query('DELETE FROM kill_switch WHERE tenant = $1 AND target = $2', [stream.tenant, target]);
  const { rows } = await client.query<SetKillSwitch>(
    `INSERT INTO kill_switch (tenant, target, reason, set_by) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
    [stream.tenant, target, reason, principal],
  );
  const set = rows[0];
  if (set === undefined) throw new Error('INSERT … RETURNING gave no row');
  await appendExclusive(
    client,
    stream,
    [{ meta: { kind: 'kill-switch.set', target, principal }, body: { detail: { reason } } }],
    request.now,
  );
  return set;
}

/**
 * Switches a target on again.
 *
 * @param client in a transaction of the caller's, behind the tenant's wall
 * @throws BulkheadError `unknown_kill_switch`
 */
export async function clearKillSwitch(
  client: pg.PoolClient,
  request: { stream: Stream; id: string; principal: string; now: number },
): Promise<void> {
  const { rows } = await client.query<{ target: string }>(
    'DELETE FROM kill_switch WHERE tenant = $1 AND id::text = $2 RETURNING target',
    [request.stream.tenant, request.id],
  );
  const target = rows[0]?.target;
  if (target === undefined) {
    throw new BulkheadError({
      code: 'unknown_kill_switch',
      message: `There is no kill switch ${request.id}. It may have been cleared already; see GET /v1/kill-switches.`,
      status: 404,
    });
  }
  const meta = { kind: 'kill-switch.cleared' as const, target, principal: request.principal };
  await appendExclusive(client, request.stream, [{ meta }], request.now);
}
