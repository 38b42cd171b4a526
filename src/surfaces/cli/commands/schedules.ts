import type { Schedule, ScheduleRequest } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { dollars } from '../dollars.ts';
import { inputOf } from '../input-of.ts';
import { oneLine } from '../render/plain-text.ts';
import { showTable } from '../render/table.ts';

export type ScheduleOptions = {
  cron: string;
  timezone?: string;
  lane?: string;
  session?: string;
  subject?: string;
  budgetUsd?: string;
  overlap?: string;
  catchUp?: string;
  paused?: boolean;
};

/** `bulkhead schedules list`. */
export async function listSchedules(
  context: CommandContext,
  filters: { limit?: string; cursor?: string },
): Promise<void> {
  const client = await context.client();
  const page = await client.listSchedules({ limit: filters.limit, cursor: filters.cursor });
  context.answer(page, () =>
    page.schedules.length === 0
      ? 'No schedules.\n'
      : showTable(
          ['SCHEDULE', 'AGENT', 'CRON', 'TIME ZONE', 'NEXT', 'LAST RUN', 'NOTE'],
          page.schedules.map(row),
          context.terminal.columns,
        ),
  );
  if (page.nextCursor !== null) context.remark(`There are more: add --cursor ${page.nextCursor}`);
}

/** `bulkhead schedules create`. */
export async function createSchedule(
  context: CommandContext,
  name: string,
  agent: string,
  input: string,
  options: ScheduleOptions,
): Promise<void> {
  const client = await context.client();
  const text = input === '-' ? (await context.terminal.input()).trimEnd() : input;
  const { cron, timezone, lane, session, subject, budgetUsd, overlap, catchUp, paused } = options;
  const schedule = await client.createSchedule({
    name,
    agent,
    input: await inputOf(client, agent, text),
    cron,
    ...(timezone === undefined ? {} : { timezone }),
    ...(lane === undefined ? {} : { lane: lane as NonNullable<ScheduleRequest['lane']> }),
    ...(session === undefined ? {} : { session }),
    ...(subject === undefined ? {} : { subject }),
    ...(budgetUsd === undefined ? {} : { budget: { usd: dollars(budgetUsd) } }),
    ...(overlap === undefined ? {} : { overlap: overlap as NonNullable<ScheduleRequest['overlap']> }),
    ...(catchUp === undefined ? {} : { catchUp: catchUp as NonNullable<ScheduleRequest['catchUp']> }),
    ...(paused === undefined ? {} : { paused }),
  });
  context.answer(schedule, () => `Schedule ${schedule.name} ${ticks(schedule)}.\n`);
}

/** `bulkhead schedules pause` and `resume`. */
export async function pauseSchedule(context: CommandContext, name: string, paused: boolean): Promise<void> {
  const client = await context.client();
  const schedule = await client.changeSchedule(name, { paused });
  context.answer(schedule, () => `Schedule ${schedule.name} ${ticks(schedule)}.\n`);
}

/** `bulkhead schedules trigger`. */
export async function triggerSchedule(context: CommandContext, name: string): Promise<void> {
  const client = await context.client();
  const run = await client.triggerSchedule(name);
  context.answer(run, () => `${run.id}\n`);
}

/** `bulkhead schedules delete`. */
export async function deleteSchedule(context: CommandContext, name: string): Promise<void> {
  const client = await context.client();
  await client.deleteSchedule(name);
  context.answer({ schedule: name, deleted: true }, () => `Schedule ${name} is deleted; its runs stay.\n`);
}

function row(schedule: Schedule): string[] {
  return [
    schedule.name,
    schedule.agent,
    schedule.cron,
    schedule.timezone,
    schedule.nextTick ?? (schedule.paused ? 'paused' : 'never'),
    schedule.lastRun ?? '-',
    schedule.lastError === null ? '' : oneLine(schedule.lastError.message, 200),
  ];
}

function ticks({ paused, nextTick }: Schedule): string {
  if (paused) return 'is paused';
  return nextTick === null ? 'ticks no more' : `ticks next at ${nextTick}`;
}
