import { Cron } from 'croner';
import { BulkheadError } from '../../contract/errors.ts';

/** When a schedule ticks: a cron expression of 5 fields, or 6 with seconds first, read in an IANA time zone. */
export type Timing = { cron: string; timezone: string };

/**
 * The first tick after an instant, in milliseconds since the epoch; null when there is none any more.
 *
 * Where the clocks of the zone change, an expression that names its hours and minutes ticks once for each time that
 * it names: a time that is left out in spring comes when the clocks have moved, a time that comes twice in autumn
 * counts the first time. An expression with `*` or a step in them ticks by the time that passes: what is left out
 * does not come, and what comes twice ticks twice.
 *
 * @throws BulkheadError `invalid_schedule`
 * @example
 * tickAfter({ cron: '0 9 * * 1-5', timezone: 'Europe/Berlin' }, Date.now()); // the next working day at nine
 */
export function tickAfter(timing: Timing, instant: number): number | null {
  return attempt(timing, (cron) => cron.nextRun(new Date(instant)))?.getTime() ?? null;
}

/** The last tick that is not later than an instant. @throws BulkheadError `invalid_schedule` */
export function tickUntil(timing: Timing, instant: number): number | null {
  return attempt(timing, (cron) => cron.previousRuns(1, new Date(instant + 1))[0])?.getTime() ?? null;
}

/** The first tick of a new schedule. @throws BulkheadError `invalid_schedule` also when it would never tick */
export function firstTick(timing: Timing, now: number): number {
  const tick = tickAfter(timing, now);
  if (tick !== null) return tick;
  throw invalidSchedule(timing, 'cron', 'it names no time that ever comes');
}

function attempt<Result>(timing: Timing, look: (cron: Cron) => Result): Result {
  const { cron, timezone } = timing;
  if (!isTimeZone(timezone)) {
    throw invalidSchedule(timing, 'timezone', `"${timezone}" is no time zone, such as Europe/Berlin or UTC`);
  }
  try {
    return look(new Cron(cron, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' }));
  } catch (error) {
    throw invalidSchedule(timing, 'cron', reasonOf(cron, error));
  }
}

function reasonOf(cron: string, error: unknown): string {
  const text = cron.trim();
  if (text.startsWith('@')) return `there is no name ${text} for times`;
  const fields = text === '' ? 0 : text.split(/\s+/).length;
  if (fields < 5 || fields > 6) return `it has ${fields} ${fields === 1 ? 'field' : 'fields'}`;
  return error instanceof Error ? error.message.replace(/^\w+: /, '').replace(/\.$/, '') : String(error);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // Offsets are zones for Intl; their clocks never change, which is hardly what was meant.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

function invalidSchedule({ cron }: Timing, field: keyof Timing, reason: string): BulkheadError {
  return new BulkheadError({
    code: 'invalid_schedule',
    message: `The schedule "${cron}" cannot be used: ${reason}. Give 5 fields (minute, hour, day, month, weekday), or 6 with seconds first, or a name such as @daily, and an IANA time zone.`,
    status: 422,
    details: { errors: [{ field, message: reason }] },
  });
}
