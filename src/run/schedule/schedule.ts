import type { Budget } from '../../contract/budget.ts';
import type { Json } from '../../contract/json.ts';
import type { Lane } from '../../contract/run.ts';
import type { CatchUp, Overlap } from '../../contract/schedule.ts';
import { laneName } from '../../foundation/queue/index.ts';
import type { DataKey } from '../../foundation/vault/index.ts';
import type { Timing } from './timing.ts';

/** A budget of which any limit may be absent. */
export type BudgetWish = { [Limit in keyof Budget]?: Budget[Limit] | undefined };

/** What a schedule starts, and when. */
export type SchedulePlan = Timing & {
  name: string;
  agent: string;
  input: Json;
  lane: Lane;
  budget: BudgetWish;
  subject: string | null;
  session: string | null;
  overlap: Overlap;
  catchUp: CatchUp;
  paused: boolean;
};

/** A schedule as its tenant sees it. */
export type Schedule = SchedulePlan & {
  id: string;
  /** When it ticks next; null while it is paused, and when no tick comes any more. */
  nextTick: Date | null;
  lastTick: Date | null;
  lastRun: string | null;
  /** Why the last tick made no run. */
  lastError: ScheduleError | null;
  /** Whose rights its runs have. */
  principal: string;
  createdAt: Date;
  changedAt: Date;
};

export type ScheduleError = { code: string; message: string };

/** A row of the table `schedule`. */
export type ScheduleRow = {
  id: string;
  tenant: string;
  name: string;
  agent: string;
  wrapped_key: Buffer;
  input: Buffer;
  cron: string;
  timezone: string;
  lane: number;
  budget: BudgetWish;
  subject: string | null;
  session: string | null;
  overlap: Overlap;
  catch_up: CatchUp;
  paused: boolean;
  next_at: Date | null;
  last_tick: Date | null;
  last_run: string | null;
  last_error: Buffer | null;
  principal: string;
  created_at: Date;
  changed_at: Date;
};

type Sealed = 'input' | 'last_error';

const context = ({ id, tenant }: Pick<ScheduleRow, 'id' | 'tenant'>, column: Sealed) =>
  `${tenant}|schedule|${id}|${column}`;

/** Seals content for one column of one schedule, under the schedule's own key. */
export function sealColumn(
  key: DataKey,
  row: Pick<ScheduleRow, 'id' | 'tenant'>,
  column: Sealed,
  content: Json | ScheduleError,
): Buffer {
  return key.seal(Buffer.from(JSON.stringify(content)), context(row, column));
}

/** @throws BulkheadError `seal_broken` */
export function openSchedule(row: ScheduleRow, key: DataKey): Schedule {
  const open = (column: Sealed, sealed: Buffer): unknown =>
    JSON.parse(key.open(sealed, context(row, column)).toString());
  return {
    id: row.id,
    name: row.name,
    agent: row.agent,
    input: open('input', row.input) as Json,
    cron: row.cron,
    timezone: row.timezone,
    lane: laneName(row.lane),
    budget: row.budget,
    subject: row.subject,
    session: row.session,
    overlap: row.overlap,
    catchUp: row.catch_up,
    paused: row.paused,
    nextTick: row.paused ? null : row.next_at,
    lastTick: row.last_tick,
    lastRun: row.last_run,
    lastError: row.last_error === null ? null : (open('last_error', row.last_error) as ScheduleError),
    principal: row.principal,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  };
}
