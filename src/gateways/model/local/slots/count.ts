import { isStopWord } from '../language/stop-words.ts';
import { splitName, tokenise } from '../language/tokenise.ts';
import type { Candidate, Source } from './candidate.ts';
import { hintedness, hintsOf } from './hint.ts';
import type { Slot } from './schema.ts';

const takesPercent = /\b(?:percent|percentage|rate|ratio|interest|apr|porcentaje|tasa)\b/;
const perYear = /\b(?:months?|meses)\b/;

/**
 * Numbers of a text for a slot that is not money. The words around decide: "24 months" is for `termMonths`; years
 * become months for a slot in months; a number that counts something else is no candidate.
 */
export function findCounts(slot: Slot, source: Source): Candidate[] {
  const hints = hintsOf(slot);
  const words = `${splitName(slot.name)} ${slot.schema.description.toLowerCase()}`;
  return source.entities.flatMap((entity) => {
    if (entity.kind !== 'number' && entity.kind !== 'percent') return [];
    if ((entity.kind === 'percent') !== takesPercent.test(words) && entity.kind === 'percent') return [];
    const { start, end, exact } = entity;
    const next = tokenise(source.text.slice(end, end + 24))[0]?.word ?? '';
    if (perYear.test(splitName(slot.name)) && /^(?:years?|anos?)$/.test(next)) {
      return [{ value: entity.amount * 12, start, end, exact, rank: 2 }];
    }
    const rank = hintedness(hints, source, start, end);
    const countsOther =
      rank === 0 && next !== '' && !isStopWord(next, source.language) && entity.kind === 'number';
    return countsOther ? [] : [{ value: entity.amount, start, end, exact, rank }];
  });
}
