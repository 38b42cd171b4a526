import { shiftDays, shiftMonths, weekdayFrom } from './calendar.ts';

/** A date counted from today, with its place in the text. */
export type RelativeDate = {
  date: string;
  precision: 'day' | 'month';
  exact: boolean;
  start: number;
  end: number;
};

const weekdays = [
  ['sunday', 'domingo'],
  ['monday', 'lunes'],
  ['tuesday', 'martes'],
  ['wednesday', 'miercoles'],
  ['thursday', 'jueves'],
  ['friday', 'viernes'],
  ['saturday', 'sabado'],
];

const daysByPhrase: readonly (readonly [RegExp, number])[] = [
  [/\b(?:day after tomorrow|pasado manana)\b/g, 2],
  [/\b(?:day before yesterday|anteayer|antes de ayer)\b/g, -2],
  [/\b(?:today|hoy)\b/g, 0],
  [/\btomorrow\b|(?<!(?:la|esta|cada|de) )\bmanana\b/g, 1],
  [/\b(?:yesterday|ayer)\b/g, -1],
];

const monthsByPhrase: readonly (readonly [RegExp, number])[] = [
  [/\b(?:last month|previous month|mes pasado|ultimo mes)\b/g, -1],
  [/\b(?:this month|current month|este mes|mes actual)\b/g, 0],
  [/\b(?:next month|proximo mes|mes que viene)\b/g, 1],
];

const unitDays: Record<string, number> = { day: 1, dia: 1, week: 7, semana: 7 };
const ahead = /\b(?:in|en|dentro de)\s+(\d{1,3})\s+(day|week|dia|semana)s?\b/g;
const behind = /\b(?:hace\s+(\d{1,3})\s+(dia|semana)s?|(\d{1,3})\s+(day|week)s?\s+ago)\b/g;
const weekdaySource = weekdays.flat().join('|');
const weekdayPattern = new RegExp(
  String.raw`\b(last|pasado|next|proximo|this|este)?\s*\b(${weekdaySource})\b(\s+pasado)?`,
  'g',
);

/** Dates counted from today ("tomorrow", "hace 3 días", "next Monday", "last month") in a folded text. */
export function findRelativeDates(folded: string, now: Date): RelativeDate[] {
  const found: RelativeDate[] = [];
  const add = (match: RegExpExecArray, date: string, precision: 'day' | 'month' = 'day', exact = true) =>
    found.push({ date, precision, exact, start: match.index, end: match.index + match[0].length });
  for (const [pattern, days] of daysByPhrase) {
    for (const match of folded.matchAll(pattern)) add(match, shiftDays(now, days));
  }
  for (const [pattern, months] of monthsByPhrase) {
    for (const match of folded.matchAll(pattern)) add(match, shiftMonths(now, months), 'month');
  }
  for (const match of folded.matchAll(ahead)) {
    add(match, shiftDays(now, Number(match[1]) * (unitDays[match[2] ?? ''] ?? 1)));
  }
  for (const match of folded.matchAll(behind)) {
    const unit = unitDays[match[2] ?? match[4] ?? ''] ?? 1;
    add(match, shiftDays(now, -Number(match[1] ?? match[3]) * unit));
  }
  for (const match of folded.matchAll(weekdayPattern)) {
    const past = match[1] === 'last' || match[1] === 'pasado' || match[3] !== undefined;
    const weekday = weekdays.findIndex((names) => names.includes(match[2] ?? ''));
    // "Next Friday" is this week's to some and next week's to others.
    const isNext = match[1] === 'next' || match[1] === 'proximo';
    add(match, weekdayFrom(now, weekday, past ? -1 : 0), 'day', !isNext);
  }
  return found;
}
