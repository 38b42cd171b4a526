import type { Language } from '../language/detect-language.ts';
import { fold } from '../language/fold.ts';
import { isoDay, nearestYear } from './calendar.ts';
import type { Entity } from './entity.ts';
import { findRelativeDates } from './relative-date.ts';

const monthNames = [
  'january jan enero ene',
  'february feb febrero',
  'march mar marzo',
  'april apr abril abr',
  'may mayo',
  'june jun junio',
  'july jul julio',
  'august aug agosto ago',
  'september sept sep septiembre setiembre',
  'october oct octubre',
  'november nov noviembre',
  'december dec diciembre dic',
].map((names) => names.split(' '));

const monthSource = monthNames
  .flat()
  .sort((one, other) => other.length - one.length)
  .join('|');
const monthNumber = (name: string): number => monthNames.findIndex((names) => names.includes(name)) + 1;

const isoPattern = /(?<!\d)(\d{4})-(\d{2})(?:-(\d{2}))?(?![\d-])/g;
const slashedPattern = /(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d/-])/g;
const dayMonth = new RegExp(
  String.raw`(?<![\d.,])(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?(${monthSource})\b\.?(?:,?\s+(?:de\s+|del\s+)?(\d{4}))?`,
  'g',
);
const monthDay = new RegExp(
  String.raw`\b(${monthSource})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?!\s*[€$%])(?:,?\s+(\d{4}))?`,
  'g',
);
const monthAlone = new RegExp(
  String.raw`\b(?:(?:in|of|for|since|during|last|this|en|de|para|desde)\s+(${monthSource})|(${monthSource}))\b(?:\s+(?:de\s+|del\s+)?(\d{4}))?`,
  'g',
);

/** Names that mean a month even without a preposition or a year; "may" and "march" are verbs too. */
const unmistakable = new Set(monthNames.flat().filter((name) => name.length > 4 && name !== 'march'));

type Draft = {
  date: string | undefined;
  precision: 'day' | 'month';
  exact: boolean;
  start: number;
  end: number;
};

const slashed = (
  match: RegExpMatchArray,
  language: Language,
): { date: string | undefined; exact: boolean } => {
  const [first, second, year] = [Number(match[1]), Number(match[3]), Number(match[4])];
  const dayFirst = language === 'es' || match[2] === '.' || first > 12;
  const date = dayFirst ? isoDay(year, second, first) : isoDay(year, first, second);
  const oneReading = first > 12 || second > 12 || first === second || dayFirst;
  return { date, exact: oneReading };
};

const absoluteDates = (folded: string, language: Language, now: Date): Draft[] => {
  const drafts: Draft[] = [];
  const place = (match: RegExpExecArray) => ({ start: match.index, end: match.index + match[0].length });
  for (const match of folded.matchAll(isoPattern)) {
    const [year, month, day] = [Number(match[1]), Number(match[2]), match[3]];
    const whole = isoDay(year, month, day === undefined ? 1 : Number(day));
    const precision = day === undefined ? 'month' : 'day';
    drafts.push({
      date: precision === 'month' ? whole?.slice(0, 7) : whole,
      precision,
      exact: true,
      ...place(match),
    });
  }
  for (const match of folded.matchAll(slashedPattern)) {
    drafts.push({ ...slashed(match, language), precision: 'day', ...place(match) });
  }
  const named = (match: RegExpExecArray, dayText: string, name: string, yearText: string | undefined) => {
    const [month, day] = [monthNumber(name), Number(dayText)];
    const year = yearText === undefined ? nearestYear(now, month, day) : Number(yearText);
    drafts.push({ date: isoDay(year, month, day), precision: 'day', exact: true, ...place(match) });
  };
  for (const match of folded.matchAll(dayMonth)) named(match, match[1] ?? '', match[2] ?? '', match[3]);
  for (const match of folded.matchAll(monthDay)) named(match, match[2] ?? '', match[1] ?? '', match[3]);
  for (const match of folded.matchAll(monthAlone)) {
    if (match[1] === undefined && match[3] === undefined && !unmistakable.has(match[2] ?? '')) continue;
    const month = monthNumber(match[1] ?? match[2] ?? '');
    const year = match[3] === undefined ? nearestYear(now, month, 1) : Number(match[3]);
    drafts.push({
      date: isoDay(year, month, 1)?.slice(0, 7),
      precision: 'month',
      exact: true,
      ...place(match),
    });
  }
  return drafts;
};

/**
 * Dates of a text, absolute and relative, as `YYYY-MM-DD` or, for a whole month, `YYYY-MM`. A date of two readings
 * (4/5/2026 in English) is not `exact`. Relative dates count from `now`, in UTC.
 *
 * @example
 * findDates('el 3 de marzo de 2026', 'es', new Date())[0]; // { kind: 'date', date: '2026-03-03', … }
 */
export function findDates(text: string, language: Language, now: Date): Entity[] {
  const found: Entity[] = [];
  for (const draft of [...absoluteDates(fold(text), language, now), ...findRelativeDates(fold(text), now)]) {
    const { date, precision, exact, start, end } = draft;
    if (date === undefined || found.some((entity) => start < entity.end && entity.start < end)) continue;
    found.push({ kind: 'date', date, precision, exact, start, end });
  }
  return found.sort((one, other) => one.start - other.start);
}
