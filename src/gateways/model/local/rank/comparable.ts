import type { Language } from '../language/detect-language.ts';
import { featuresOf } from '../language/features.ts';
import { trigramsOf } from '../language/ngrams.ts';
import { tokenise } from '../language/tokenise.ts';
import { findEntities } from '../slots/entities.ts';

/** A text about a tool as a bag of features, for comparing with a request. */
export type Bag = ReadonlyMap<string, number>;

/** Kinds of values need no clock: which day "tomorrow" is makes no difference. */
export const noTime = new Date(0);

function bagOf(text: string, language: Language): Bag {
  const bag = new Map<string, number>();
  for (const feature of featuresOf(text, language)) bag.set(feature.key, 1);
  return bag;
}

/** A text without its values, and the kinds of these ("#money"). */
export function blankValues(text: string, language: Language): { text: string; kinds: string[] } {
  const entities = findEntities(text, language, noTime).filter((entity) => entity.kind !== 'quoted');
  let blanked = text;
  for (const { start, end } of entities)
    blanked = blanked.slice(0, start) + ' '.repeat(end - start) + blanked.slice(end);
  return { text: blanked, kinds: entities.map((entity) => `#${entity.kind}`) };
}

/** Reads a text for comparing: features without values, and the kinds of its values. */
export function comparable(text: string, language: Language): { features: Bag; trigrams: Bag } {
  const { text: blanked, kinds } = blankValues(text, language);
  const features = new Map(bagOf(blanked, language));
  for (const kind of kinds) features.set(kind, 0.5);
  return {
    features,
    trigrams: trigramsOf(
      tokenise(blanked)
        .map((token) => token.word)
        .join(' '),
    ),
  };
}
