import type pg from 'pg';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import type { RunOrigin } from '../../foundation/queue/index.ts';
import { isConnectionLost, mayPass } from '../../foundation/store/index.ts';
import type { DataKey, KeyRing } from '../../foundation/vault/index.ts';
import { decideTick } from './decide-tick.ts';
import { openSchedule, type Schedule, type ScheduleError, type ScheduleRow, sealColumn } from './schedule.ts';
import { tickRunId } from './tick-run-id.ts';

/**
 * Makes the run of a tick as any caller's: the version that is deployed now, its budget, its checks. Works in the
 * given transaction, behind the tenant's wall; what it throws as a BulkheadError must have written nothing.
 */
export type SubmitTick = (
  client: pg.PoolClient,
  schedule: Schedule & { tenant: string },
  run: { id: string; origin: RunOrigin },
) => Promise<unknown>;

export type FireParts = {
  pool: pg.Pool;
  keys: KeyRing;
  submit: SubmitTick;
  /** Told why a schedule could not be looked at; it stays due. */
  onFailure: (error: unknown, schedule: string) => void;
  /** Schedules that failed, and until when they are passed over, ms since 1970: they must not stand before others. */
  putOff: Map<string, number>;
};

/** Schedules that one look deals with at most; the next look takes the rest. */
const AT_ONCE = 50;
/** How long one that could not be looked at is passed over, ms. */
const PUT_OFF = 60_000;

const NOT_ENDED = 'EXISTS (SELECT 1 FROM run WHERE run.schedule = s.id AND run.finished_at IS NULL)';

// What waits for its run before is left out, so that it cannot stand in the way of others.
const DUE = `SELECT id, tenant, wrapped_key FROM schedule s
  WHERE NOT paused AND next_at <= now() AND NOT (overlap = 'queue' AND ${NOT_ENDED}) AND id <> ALL ($2::uuid[])
  ORDER BY next_at LIMIT $1`;

const TAKE = `SELECT s.*, clock_timestamp() AS now, ${NOT_ENDED} AS busy FROM schedule s
  WHERE id = $1 AND NOT paused AND next_at <= now() FOR UPDATE OF s SKIP LOCKED`;

type Due = Pick<ScheduleRow, 'id' | 'tenant' | 'wrapped_key'>;
type Taken = ScheduleRow & { next_at: Date; now: Date; busy: boolean };

/**
 * Deals with every schedule whose tick has come, by the database's clock. The run and the step to the next tick
 * are one transaction under the schedule's row lock: however many workers look, and wherever one dies, a tick
 * makes one run.
 *
 * @returns how many runs were made
 */
export async function fireDue(parts: FireParts): Promise<number> {
  const { putOff } = parts;
  for (const [id, until] of putOff) if (until <= Date.now()) putOff.delete(id);
  const values = [AT_ONCE, [...putOff.keys()]];
  const { rows } = await parts.pool.query<Due>({ name: 'due-schedules', text: DUE, values });
  let made = 0;
  for (const due of rows) {
    try {
      if (await fire(parts, due)) made += 1;
    } catch (error) {
      // One that cannot be read is no reason to keep the others waiting.
      if (isConnectionLost(error)) throw error;
      putOff.set(due.id, Date.now() + PUT_OFF);
      parts.onFailure(error, due.id);
    }
  }
  return made;
}

async function fire(parts: FireParts, due: Due): Promise<boolean> {
  // Before the transaction: the ring may have to ask for the tenant's key, over a connection of its own.
  const key = await parts.keys.unwrap(due.tenant, due.id, due.wrapped_key);
  try {
    return await inTransaction(parts.pool, due.tenant, (client) => take(client, parts.submit, due, key));
  } catch (error) {
    if (mayPass(error)) throw error;
    // The database refuses the run: the schedule says so, and goes on with its next tick.
    const refuse = () => Promise.reject(unexpected(error));
    return inTransaction(parts.pool, due.tenant, (client) => take(client, refuse, due, key));
  }
}

async function take(client: pg.PoolClient, submit: SubmitTick, due: Due, key: DataKey): Promise<boolean> {
  const { rows } = await client.query<Taken>({ name: 'take-schedule', text: TAKE, values: [due.id] });
  const row = rows[0];
  if (row === undefined) return false;
  const { cron, timezone, overlap, busy } = row;
  const at = row.next_at.getTime();
  const decision = decideTick(
    { cron, timezone, at, overlap, catchUp: row.catch_up, busy },
    row.now.getTime(),
  );
  if (decision.does === 'wait') return false;
  if (decision.does === 'pass') {
    await client.query({
      name: 'pass-tick',
      text: 'UPDATE schedule SET next_at = $2 WHERE id = $1',
      values: [row.id, timestamp(decision.next)],
    });
    return false;
  }
  const { tick } = decision;
  const id = tickRunId(row.id, tick);
  const schedule = { ...openSchedule(row, key), tenant: row.tenant };
  const error = await submit(client, schedule, { id, origin: { schedule: { id: row.id, tick } } }).then(
    () => undefined,
    refusalOf,
  );
  await client.query({
    name: 'advance-schedule',
    text: `UPDATE schedule SET next_at = $2, last_tick = $3, last_error = $4, last_run = coalesce($5, last_run)
      WHERE id = $1`,
    values: [
      row.id,
      timestamp(decision.next),
      new Date(tick),
      error === undefined ? null : sealColumn(key, row, 'last_error', error),
      error === undefined ? id : null,
    ],
  });
  return error === undefined;
}

/** In plain words, for whoever looks at the schedule; anything else is nobody's fault but ours. */
function refusalOf(error: unknown): ScheduleError {
  if (!BulkheadError.isInstance(error) || error.retryable) throw error;
  const { code, message } = serializeError(error);
  return { code, message };
}

function unexpected(error: unknown): BulkheadError {
  const reason = error instanceof Error ? error.message : String(error);
  return new BulkheadError({
    code: 'schedule_failed',
    message: `The run could not be made (${reason}). The next tick tries again; change the schedule if it fails each time.`,
    cause: error,
  });
}

function timestamp(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}

async function inTransaction<Result>(
  pool: pg.Pool,
  tenant: string,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT set_config('bulkhead.tenant', $1, true)", [tenant]);
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A client whose transaction is in an unknown state must not be used again.
    client.release(true);
    throw error;
  }
}
