import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { laneNumber } from '../../foundation/queue/index.ts';
import type { DataKey, KeyRing } from '../../foundation/vault/index.ts';
import { openSchedule, type Schedule, type SchedulePlan, type ScheduleRow, sealColumn } from './schedule.ts';
import { firstTick } from './timing.ts';

/**
 * Every function here works in a transaction of the caller's, behind the tenant's wall, and the key ring must
 * hold the tenant's key already.
 */
type Access = { client: pg.PoolClient; keys: KeyRing; tenant: string };

/**
 * Makes a schedule. Its first tick is the first after now, by the database's clock.
 *
 * @throws BulkheadError `invalid_schedule`, `schedule_exists`
 */
export async function createSchedule(
  access: Access,
  plan: SchedulePlan,
  principal: string,
): Promise<Schedule> {
  const { client, keys, tenant } = access;
  const id = randomUUID();
  const { key, wrapped } = await keys.newDataKey(tenant, id);
  const now = await databaseTime(client);
  const { rows } = await client.query<ScheduleRow>(
    `INSERT INTO schedule (id, tenant, wrapped_key, principal, ${PLAN_COLUMNS.join(', ')})
     VALUES ($1, $2, $3, $4, ${PLAN_COLUMNS.map((_, index) => `$${index + 5}`).join(', ')})
     ON CONFLICT (tenant, name) DO NOTHING RETURNING *`,
    [id, tenant, wrapped, principal, ...planValues({ id, tenant }, plan, key, firstTick(plan, now))],
  );
  const row = rows[0];
  if (row === undefined) throw scheduleExists(plan.name);
  return openSchedule(row, key);
}

/**
 * Changes what is given. When its times change, or it goes on after a pause, the next tick is the first after
 * now: what passed in between is not made up for.
 *
 * @throws BulkheadError `unknown_schedule`, `invalid_schedule`, `schedule_exists`
 */
export async function changeSchedule(
  access: Access,
  name: string,
  change: (schedule: Schedule) => Promise<SchedulePlan>,
  principal: string,
): Promise<Schedule> {
  const { client } = access;
  const { row, key } = await find(access, name, 'FOR UPDATE');
  const before = openSchedule(row, key);
  const plan = await change(before);
  if (plan.name !== before.name && (await isTaken(access, plan.name))) throw scheduleExists(plan.name);
  const isRetimed =
    plan.cron !== before.cron || plan.timezone !== before.timezone || plan.paused !== before.paused;
  const next = isRetimed ? firstTick(plan, await databaseTime(client)) : (row.next_at?.getTime() ?? null);
  const { rows } = await client.query<ScheduleRow>(
    `UPDATE schedule SET principal = $2, changed_at = now(), last_error = NULL,
       ${PLAN_COLUMNS.map((column, index) => `${column} = $${index + 3}`).join(', ')}
     WHERE id = $1 RETURNING *`,
    [row.id, principal, ...planValues(row, plan, key, next)],
  );
  return openSchedule(rows[0] ?? row, key);
}

/** @param name its id or its name. @throws BulkheadError `unknown_schedule` */
export async function findSchedule(access: Access, name: string): Promise<Schedule> {
  const { row, key } = await find(access, name);
  return openSchedule(row, key);
}

/** Schedules by name, from after the name `after` on. */
export async function listSchedules(
  { client, keys, tenant }: Access,
  page: { after: string; limit: number },
): Promise<Schedule[]> {
  const { rows } = await client.query<ScheduleRow>(
    `SELECT * FROM schedule WHERE tenant = $1 AND name COLLATE "C" > $2 ORDER BY name COLLATE "C" LIMIT $3`,
    [tenant, page.after, page.limit],
  );
  return Promise.all(
    rows.map(async (row) => openSchedule(row, await keys.unwrap(tenant, row.id, row.wrapped_key))),
  );
}

/** Its runs stay; its content goes with its key. @throws BulkheadError `unknown_schedule` */
export async function deleteSchedule(access: Access, name: string): Promise<Schedule> {
  const { row, key } = await find(access, name, 'FOR UPDATE');
  await access.client.query('DELETE FROM schedule WHERE id = $1', [row.id]);
  return openSchedule(row, key);
}

/** Notes the run that a person triggered. */
export async function noteTriggered({ client }: Access, schedule: string, run: string): Promise<void> {
  await client.query('UPDATE schedule SET last_run = $2, last_error = NULL WHERE id = $1', [schedule, run]);
}

async function find(
  { client, keys, tenant }: Access,
  name: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<{ row: ScheduleRow; key: DataKey }> {
  const { rows } = await client.query<ScheduleRow>(
    `SELECT * FROM schedule WHERE tenant = $1 AND (id::text = lower($2) OR name = $2) ${lock}`,
    [tenant, name],
  );
  const row = rows[0];
  if (row !== undefined) return { row, key: await keys.unwrap(tenant, row.id, row.wrapped_key) };
  throw new BulkheadError({
    code: 'unknown_schedule',
    message: `There is no schedule "${name}". List schedules with \`bulkhead schedules list\` or GET /v1/schedules.`,
    status: 404,
  });
}

async function isTaken({ client, tenant }: Access, name: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM schedule WHERE tenant = $1 AND name = $2', [
    tenant,
    name,
  ]);
  return rowCount !== 0;
}

async function databaseTime(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]?.now.getTime() ?? Number.NaN;
}

const PLAN_COLUMNS = [
  'name',
  'agent',
  'input',
  'cron',
  'timezone',
  'lane',
  'budget',
  'subject',
  'session',
  'overlap',
  'catch_up',
  'paused',
  'next_at',
] as const;

function planValues(
  row: Pick<ScheduleRow, 'id' | 'tenant'>,
  plan: SchedulePlan,
  key: DataKey,
  next: number | null,
): unknown[] {
  return [
    plan.name,
    plan.agent,
    sealColumn(key, row, 'input', plan.input),
    plan.cron,
    plan.timezone,
    laneNumber(plan.lane),
    JSON.stringify(plan.budget),
    plan.subject,
    plan.session,
    plan.overlap,
    plan.catchUp,
    plan.paused,
    next === null ? null : new Date(next),
  ];
}

function scheduleExists(name: string): BulkheadError {
  return new BulkheadError({
    code: 'schedule_exists',
    message: `There is a schedule "${name}" already. Change that one, or take another name.`,
    status: 409,
  });
}
