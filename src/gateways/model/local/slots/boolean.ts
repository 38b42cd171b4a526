import { featuresOf } from '../language/features.ts';
import { splitName } from '../language/tokenise.ts';
import type { Candidate, Source } from './candidate.ts';
import type { Slot } from './schema.ts';

const negation = /(?:\b(?:no|not|without|never|sin|nunca|don't|doesn't|isn't|except)\s+(?:\w+\s+){0,2})$/;
const auxiliaries = /^(?:is|has|with|include|includes|should|can|allow|es|con|incluir)\s+/;

/** True when the text names the slot, false when it names it behind a negation ("without insurance"), else nothing. */
export function findBoolean(slot: Slot, source: Source): Candidate[] {
  const hints = new Set(
    featuresOf(splitName(slot.name).replace(auxiliaries, ''), 'en').map((feature) => feature.key),
  );
  const named = featuresOf(source.text, source.language).find((feature) => hints.has(feature.key));
  if (named === undefined) return [];
  const value = !negation.test(source.folded.slice(Math.max(0, named.start - 30), named.start));
  return [{ value, start: named.start, end: named.end, exact: true, rank: 0 }];
}
