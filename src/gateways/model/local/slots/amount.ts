import { isStopWord } from '../language/stop-words.ts';
import { splitName, tokenise } from '../language/tokenise.ts';
import type { Candidate, Source } from './candidate.ts';
import type { Entity } from './entity.ts';
import { hintedness, hintsOf } from './hint.ts';
import type { Slot } from './schema.ts';

const currencyNames: readonly (readonly [RegExp, string])[] = [
  [/\b(?:usd|us dollars?|dollars?|dolares)\b/, 'USD'],
  [/\b(?:eur|euros?)\b/, 'EUR'],
  [/\b(?:gbp|pounds?)\b/, 'GBP'],
];

/** The currency that a slot's name or description fixes, as an ISO 4217 code. */
function currencyOf(slot: Slot): string | undefined {
  const words = `${splitName(slot.name)} ${slot.schema.description.toLowerCase()}`;
  const named = currencyNames.filter(([pattern]) => pattern.test(words));
  return named.length === 1 ? named[0]?.[1] : undefined;
}

/** Whether a number counts something named after it ("3 days"), so that it cannot be an amount of money. */
const countsThings = (source: Source, entity: Entity): boolean => {
  const after = source.text.slice(entity.end, entity.end + 24);
  const next = /^\s/.test(after) ? tokenise(after)[0] : undefined;
  return next !== undefined && !isStopWord(next.word, source.language) && next.word.length > 1;
};

const inCents = (slot: Slot): boolean => /\bcents?\b/.test(splitName(slot.name));

/**
 * Amounts of money of a text for a slot. An amount in another currency than the slot's is no candidate, a bare
 * number is one only when it counts nothing else. Amounts for a slot in cents are turned into cents.
 */
export function findAmounts(slot: Slot, source: Source): Candidate[] {
  const currency = currencyOf(slot);
  const factor = inCents(slot) ? 100 : 1;
  const hints = hintsOf(slot);
  return source.entities.flatMap((entity) => {
    const { start, end } = entity;
    if (entity.kind === 'money') {
      const sameCurrency =
        entity.currency === undefined || currency === undefined || entity.currency === currency;
      if (!sameCurrency) return [];
      const value = Math.round(entity.amount * factor * 100) / 100;
      return [
        { value, start, end, exact: entity.exact, rank: 3 + hintedness(hints, source, start, end) / 4 },
      ];
    }
    if (entity.kind !== 'number' || entity.ordinal || countsThings(source, entity)) return [];
    const value = Math.round(entity.amount * factor * 100) / 100;
    return [{ value, start, end, exact: entity.exact, rank: hintedness(hints, source, start, end) }];
  });
}

/** An amount of the text in a currency that the slot does not take. */
export function findForeignAmount(slot: Slot, source: Source): string | undefined {
  const currency = currencyOf(slot);
  const foreign = source.entities.find(
    (entity) => entity.kind === 'money' && entity.currency !== undefined && entity.currency !== currency,
  );
  return currency === undefined || foreign === undefined
    ? undefined
    : source.text.slice(foreign.start, foreign.end);
}
