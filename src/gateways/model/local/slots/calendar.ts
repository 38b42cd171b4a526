const dayLength = 86_400_000;

/** A day of the proleptic Gregorian calendar as `YYYY-MM-DD`; undefined for a day that does not exist. */
export function isoDay(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : undefined;
}

/** The day a number of days from another (both UTC). */
export function shiftDays(now: Date, days: number): string {
  return new Date(now.getTime() + days * dayLength).toISOString().slice(0, 10);
}

/** The month a number of months from another, as `YYYY-MM`. */
export function shiftMonths(now: Date, months: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)).toISOString().slice(0, 7);
}

/** The occurrence of a day and month that lies nearest to now. */
export function nearestYear(now: Date, month: number, day: number): number {
  const distance = (year: number) => Math.abs(Date.UTC(year, month - 1, day) - now.getTime());
  const year = now.getUTCFullYear();
  return [year, year + 1, year - 1].reduce((best, other) =>
    distance(other) < distance(best) ? other : best,
  );
}

/** The day of the next weekday after today (0 is Sunday); `weeks` of -1 is the one before today. */
export function weekdayFrom(now: Date, weekday: number, weeks: 0 | -1): string {
  const ahead = (weekday - now.getUTCDay() + 7) % 7;
  const next = ahead === 0 ? 7 : ahead;
  return shiftDays(now, next + weeks * (ahead === 0 ? 14 : 7));
}
