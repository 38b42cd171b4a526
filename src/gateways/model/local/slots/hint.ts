import { featuresOf } from '../language/features.ts';
import { splitName, tokenise } from '../language/tokenise.ts';
import type { Source } from './candidate.ts';
import type { Slot } from './schema.ts';

/** The concepts by which a user may name a slot: those of its name, and of the first words of its description. */
export function hintsOf(slot: Slot): Set<string> {
  const description = slot.schema.description.split(/[.;(]/)[0] ?? '';
  const named = featuresOf(splitName(slot.name), 'en');
  const described = featuresOf(description, 'en').slice(0, 6);
  return new Set([...named, ...described].map((feature) => feature.key));
}

/** The concepts of the slot's own name only. */
export function nameHintsOf(slot: Slot): Set<string> {
  return new Set(featuresOf(splitName(slot.name), 'en').map((feature) => feature.key));
}

/** How the words around a place name the slot: 2 right behind it, 1 shortly before it, 0 not at all. */
export function hintedness(
  hints: ReadonlySet<string>,
  source: Source,
  start: number,
  end: number,
): 0 | 1 | 2 {
  const after = source.text.slice(end, end + 24);
  const next = tokenise(after)[0];
  if (next !== undefined) {
    const features = featuresOf(after.slice(0, next.end), source.language);
    if (features.some((feature) => hints.has(feature.key))) return 2;
  }
  const before = tokenise(source.text.slice(Math.max(0, start - 40), start)).slice(-4);
  const text = before.map((token) => token.word).join(' ');
  return featuresOf(text, source.language).some((feature) => hints.has(feature.key)) ? 1 : 0;
}
