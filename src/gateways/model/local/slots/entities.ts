import type { Language } from '../language/detect-language.ts';
import { findCodes } from './code.ts';
import { findEmails, findPhones } from './contact.ts';
import { findDates } from './date.ts';
import type { Entity } from './entity.ts';
import { overlaps } from './entity.ts';
import { findMoney } from './money.ts';
import { findNumbers } from './number.ts';
import { findNames } from './person-name.ts';
import { findQuoted } from './quoted.ts';
import { findTimes } from './time.ts';

const namesOf = (text: string, language: Language): Entity[] =>
  findNames(text, language).flatMap(({ text: name, start, end, sure }) =>
    sure ? [{ kind: 'name', text: name, exact: true, start, end }] : [],
  );

/** More values than anybody means; the first ones already show that it is not plain which is meant. */
const mostEntities = 100;

/**
 * All values of a recognised form in a text, in order and without overlaps (the more telling form wins: an address
 * over a code, a code over a date, a date over a number). Quoted passages stand beside what they hold.
 */
export function findEntities(text: string, language: Language, now: Date): Entity[] {
  const candidates = [
    ...findEmails(text),
    ...findCodes(text),
    ...findDates(text, language, now),
    ...findTimes(text),
    ...findMoney(text, language),
    ...findPhones(text),
    ...findNumbers(text, language),
    ...namesOf(text, language),
  ];
  const chosen: Entity[] = [];
  for (const candidate of candidates) {
    if (!chosen.some((entity) => overlaps(entity, candidate))) chosen.push(candidate);
  }
  return [...chosen, ...findQuoted(text)]
    .sort((one, other) => one.start - other.start)
    .slice(0, mostEntities);
}
