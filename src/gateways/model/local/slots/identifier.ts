import type { Candidate, Source } from './candidate.ts';
import { findCodes } from './code.ts';
import { hintedness, nameHintsOf } from './hint.ts';
import { isTelling, literalPrefix, satisfies } from './pattern.ts';
import type { Slot } from './schema.ts';

const widestWindow = 8;
const mostPieces = 800;
/** Letters and digits apart, so that "ac1042" can be read as "AC-1042". */
const pieces = /\p{L}+|\p{N}+/gu;
const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** The pattern of a slot: its own, else the shape of an example in its description ("like AC-1042"). */
export function patternOf(slot: Slot, examples: readonly string[] = []): string | undefined {
  if (slot.schema.pattern !== undefined) return slot.schema.pattern;
  if (slot.schema.format === 'uuid') return '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
  const example =
    examples[0] ?? findCodes(slot.schema.description).map((code) => 'text' in code && code.text)[0];
  if (typeof example !== 'string') return undefined;
  return `^${example
    .split(/(\d+)/)
    .map((part) => (/^\d+$/.test(part) ? '\\d+' : escapeText(part)))
    .join('')}$`;
}

const spellings = (whole: string, parts: readonly string[]): string[] => {
  const joined = [whole, parts.join(''), parts.join('-'), parts.join('_')];
  return [...new Set(joined.flatMap((form) => [form, form.toUpperCase(), form.toLowerCase()]))];
};

/** Pieces of a text that stand close enough to be one identifier: "AC-1042", "ac 1042", "AC - 1042". */
const windowsOf = function* (source: Source) {
  const found = [...source.text.matchAll(pieces)].slice(0, mostPieces);
  for (let from = 0; from < found.length; from += 1) {
    for (let to = from; to < Math.min(found.length, from + widestWindow); to += 1) {
      const [first, last, before] = [found[from], found[to], found[to - 1]];
      if (first === undefined || last === undefined) break;
      if (to > from && before !== undefined) {
        const gap = source.text.slice(before.index + before[0].length, last.index);
        if (!/^[\s\-_/.#:]{0,3}$/.test(gap)) break;
      }
      const parts = found.slice(from, to + 1).map((match) => match[0]);
      yield { parts, start: first.index, end: last.index + last[0].length };
    }
  }
};

const isWhole = (text: string, start: number, end: number): boolean =>
  !/[\p{L}\p{N}][-_/.@]?$|[@_]$/u.test(text.slice(Math.max(0, start - 2), start)) &&
  !/^[-_/@.]?[\p{L}\p{N}]/u.test(text.slice(end, end + 2));

const isOther = (source: Source, start: number, end: number): boolean =>
  source.entities.some(
    (entity) =>
      ['money', 'date', 'time', 'email', 'percent'].includes(entity.kind) &&
      entity.start < end &&
      start < entity.end,
  );

/**
 * Identifiers of a text for a slot: whole words that satisfy its pattern, also when written in another case or with
 * another separator; without a pattern, codes, and numbers that the words before name. A part of a longer
 * identifier is never taken for a whole one.
 *
 * @example
 * findIdentifiers(slot, source); // for "credit ac 1042": [{ value: 'AC-1042', … }]
 */
export function findIdentifiers(slot: Slot, source: Source, examples: readonly string[] = []): Candidate[] {
  const pattern = patternOf(slot, examples);
  const hints = nameHintsOf(slot);
  if (pattern === undefined) {
    return source.entities.flatMap((entity) => {
      const hint = hintedness(hints, source, entity.start, entity.end);
      if (entity.kind === 'code')
        return [{ value: entity.text, start: entity.start, end: entity.end, exact: true, rank: hint }];
      if ((entity.kind !== 'number' && entity.kind !== 'phone') || hint !== 1) return [];
      const value = source.text.slice(entity.start, entity.end);
      return [{ value, start: entity.start, end: entity.end, exact: true, rank: hint }];
    });
  }
  const telling = isTelling(pattern);
  const found: Candidate[] = [];
  for (const { parts, start, end } of windowsOf(source)) {
    const whole = source.text.slice(start, end);
    if (!/\d/.test(whole) || !isWhole(source.text, start, end) || isOther(source, start, end)) continue;
    const value = spellings(whole, parts).find((form) => satisfies(form, pattern));
    if (value === undefined) continue;
    const hint = hintedness(hints, source, start, end);
    if (!telling && hint === 0 && !findCodes(whole).length) continue;
    const inside = found.findIndex((other) => other.start >= start && other.end <= end);
    if (inside >= 0) found.splice(inside, 1);
    found.push({ value, start, end, exact: true, rank: telling ? 0 : hint });
  }
  return found;
}

/**
 * The identifier that a number stands for when the words before it name the slot but the prefix was left out:
 * "account 1042" for `^AC-\d{4}$`. A guess, so never `exact`.
 */
export function completeIdentifiers(
  slot: Slot,
  source: Source,
  examples: readonly string[] = [],
): Candidate[] {
  const pattern = patternOf(slot, examples);
  const prefix = pattern === undefined ? '' : literalPrefix(pattern);
  if (pattern === undefined || prefix === '') return [];
  return source.entities.flatMap((entity) => {
    if (entity.kind !== 'number' || hintedness(nameHintsOf(slot), source, entity.start, entity.end) !== 1)
      return [];
    const digits = source.text.slice(entity.start, entity.end);
    const value = [`${prefix}-${digits}`, `${prefix}${digits}`, `${prefix}_${digits}`].find((form) =>
      satisfies(form, pattern),
    );
    return value === undefined
      ? []
      : [{ value, start: entity.start, end: entity.end, exact: false, rank: 0 }];
  });
}

/** A code of the text that begins like the slot's identifiers and is none: a typing error that must be asked about. */
export function findBrokenIdentifier(
  slot: Slot,
  source: Source,
  examples: readonly string[] = [],
): string | undefined {
  const pattern = patternOf(slot, examples);
  const prefix = pattern === undefined ? '' : literalPrefix(pattern).toLowerCase();
  if (prefix === '') return undefined;
  const loose = new RegExp(String.raw`(?<![\p{L}\p{N}])${prefix}[\s\-_/]{0,2}\d[\p{L}\p{N}\-_]*`, 'u');
  const known = findIdentifiers(slot, source, examples);
  const match = loose.exec(source.folded);
  if (
    match === null ||
    known.some((candidate) => candidate.start <= match.index && match.index < candidate.end)
  ) {
    return undefined;
  }
  return source.text.slice(match.index, match.index + match[0].length);
}
