import { BulkheadError } from '../../contract/errors.ts';
import { wallClock } from './wall-clock.ts';

/** A window that opens every week at these minutes after Monday 00:00, for so many minutes. */
type Window = { opens: readonly number[]; length: number; minuteOf: (now: number) => number };

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = 1_440;
const WEEK = 7 * DAY;

const FORM = /^(?:([a-z]+)(?:-([a-z]+))?\s+)?(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})(?:\s+(\S+))?$/i;

/**
 * Reads when runs of the lane `batch` may start: windows in wall-clock time, separated by commas. A window that ends
 * before it begins crosses midnight and belongs to the day on which it begins; without days it opens every day.
 * Because the zone's own clock decides, 22:00 stays 22:00 when summer time begins or ends. Without a zone: UTC.
 *
 * @param text as in `BULKHEAD_BATCH_WINDOW`: `[Day[-Day]] HH:MM-HH:MM [Zone][, …]`
 * @returns whether a window is open at a moment, in milliseconds since the epoch
 * @example
 * const open = parseBatchWindow('Mon-Fri 22:00-06:00 Europe/Madrid, Sat-Sun 00:00-24:00 Europe/Madrid');
 * open(Date.parse('2026-01-15T22:30:00Z')); // true: a Thursday, 23:30 in Madrid
 * @throws BulkheadError `invalid_batch_window`
 */
export function parseBatchWindow(text: string): (now: number) => boolean {
  const parts = text.split(',').map((part) => part.trim());
  const forms = parts.map((part) => FORM.exec(part) ?? refuse(text, `"${part}" is no window`));
  const zoned = forms.filter((form) => form[5] !== undefined).length;
  // Whose zone would count for the others? A guess would be hours off.
  if (zoned > 0 && zoned < forms.length) refuse(text, 'some of its windows name a time zone and some do not');
  const windows = forms.map((form) => readWindow(text, form));
  return (now) => windows.some((window) => isOpen(window, now));
}

function isOpen({ opens, length, minuteOf }: Window, now: number): boolean {
  const minute = minuteOf(now);
  return opens.some((opening) => (minute - opening + WEEK) % WEEK < length);
}

function readWindow(text: string, [, firstDay, lastDay, from, to, zone]: RegExpExecArray): Window {
  const opening = readTime(text, from);
  const closing = readTime(text, to);
  if (opening === DAY) refuse(text, `a window cannot begin at ${from}; the day begins at 00:00`);
  if (opening === closing) refuse(text, `${from}-${to} is empty; write 00:00-24:00 for a whole day`);
  return {
    opens: readDays(text, firstDay, lastDay).map((day) => day * DAY + opening),
    length: closing > opening ? closing - opening : closing + DAY - opening,
    minuteOf: wallClock(zone ?? 'UTC') ?? refuse(text, `"${zone}" is no time zone`),
  };
}

/** Days from 0, Monday, to 6; all when none is named. `Sat-Mon` goes on into the next week. */
function readDays(text: string, first: string | undefined, last = first): number[] {
  if (first === undefined || last === undefined) return DAYS.map((_, day) => day);
  const begin = readDay(text, first);
  const count = ((readDay(text, last) - begin + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => (begin + index) % 7);
}

function readDay(text: string, name: string): number {
  const day = DAYS.indexOf(name.toLowerCase());
  return day < 0 ? refuse(text, `"${name}" is no day; the days are Mon, Tue, Wed, Thu, Fri, Sat, Sun`) : day;
}

/** Minutes after midnight, 24:00 being the last. */
function readTime(text: string, time = ''): number {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= DAY ? total : refuse(text, `"${time}" is no time of day`);
}

function refuse(text: string, reason: string): never {
  throw new BulkheadError({
    code: 'invalid_batch_window',
    message: `BULKHEAD_BATCH_WINDOW="${text}" cannot be read: ${reason}. Write, for example, 22:00-06:00 Europe/Madrid, or several: Mon-Fri 22:00-06:00 Europe/Madrid, Sat-Sun 00:00-24:00 Europe/Madrid.`,
  });
}
