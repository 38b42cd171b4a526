import { featuresOf } from '../language/features.ts';
import { fold } from '../language/fold.ts';
import { areNeighbours } from '../language/lexicon.ts';
import { splitName, tokenise } from '../language/tokenise.ts';
import type { Candidate, Source } from './candidate.ts';
import type { Choice, Slot } from './schema.ts';

const mostWords = 4;
const wordsOf = (text: string): string[] => tokenise(text).map((token) => token.word);

/** The part of a slot's description that speaks of one value: from its mention to the next value's. */
const synonymsIn = (description: string, choice: Choice, choices: readonly Choice[]): string => {
  const folded = fold(description);
  const mention = (value: Choice['value']) => {
    const escaped = fold(String(value)).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`, 'u').exec(folded)?.index ?? -1;
  };
  const place = mention(choice.value);
  if (place < 0) return '';
  const later = choices.map((other) => mention(other.value)).filter((other) => other > place);
  return description.slice(place, Math.min(description.length, ...later));
};

/** Where a text has the words of a value, joined or parted: "follow-up" for `followup`, "next day" for `nextDay`. */
const placeOf = (value: string, source: Source): { start: number; end: number } | undefined => {
  const joined = wordsOf(value).join('');
  const tokens = tokenise(source.text);
  for (let from = 0; joined !== '' && from < tokens.length; from += 1) {
    let spelled = '';
    for (const token of tokens.slice(from, from + mostWords)) {
      spelled += token.word;
      if (spelled === joined) return { start: tokens[from]?.start ?? 0, end: token.end };
    }
  }
  return undefined;
};

const scoreOf = (
  choice: Choice,
  slot: Slot,
  source: Source,
): { score: number; start: number; end: number } => {
  const value = splitName(String(choice.value));
  const said = featuresOf(source.text, source.language);
  const about = `${choice.description} ${synonymsIn(slot.schema.description, choice, slot.schema.choices ?? [])}`;
  const spelled = placeOf(value, source);
  if (spelled !== undefined) return { score: 4, ...spelled };
  const valueKeys = new Set(featuresOf(value, 'en').map((feature) => feature.key));
  const aboutKeys = new Set(
    [...featuresOf(about, 'en'), ...featuresOf(about, 'es')].map((feature) => feature.key),
  );
  let score = 0;
  let [start, end] = [-1, -1];
  for (const feature of said) {
    const points = valueKeys.has(feature.key) ? 3 : aboutKeys.has(feature.key) ? 2 : 0;
    const near = points === 0 && [...valueKeys].some((key) => areNeighbours(key, feature.key)) ? 0.5 : 0;
    if (points + near > 0 && start < 0) [start, end] = [feature.start, feature.end];
    score = Math.max(score, points + near);
  }
  return { score, start, end };
};

/**
 * The value of an enumeration that a text means: by its own words, by the words of its description, by the part of
 * the slot's description that speaks of it. Two values that fit equally are both returned, and not `exact`.
 */
export function findChoices(slot: Slot, source: Source): Candidate[] {
  const scored = (slot.schema.choices ?? []).map((choice) => ({ choice, ...scoreOf(choice, slot, source) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best < 1) return [];
  const winners = scored.filter(({ score }) => score === best);
  return winners.map(({ choice, start, end }) => ({
    value: choice.value,
    start,
    end,
    exact: best >= 2 && winners.length === 1,
    rank: best,
  }));
}
