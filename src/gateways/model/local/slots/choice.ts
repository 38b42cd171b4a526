import { featuresOf } from '../language/features.ts';
import { fold } from '../language/fold.ts';
import { areNeighbours } from '../language/lexicon.ts';
import { splitName, tokenise } from '../language/tokenise.ts';
import type { Candidate, Source } from './candidate.ts';
import type { Choice, Slot } from './schema.ts';

const mostWords = 4;
const wordsOf = (text: string): string[] => tokenise(text).map((token) => token.word);

/** Of a longer list nothing is chosen: clients of the API send their own, and a call stays within milliseconds. */
const mostChoices = 1_000;

/** Where a slot's description mentions each of its values; -1 where it does not. */
const mentionsIn = (description: string, choices: readonly Choice[]): number[] => {
  const folded = fold(description);
  return choices.map(({ value }) => {
    const said = fold(String(value));
    if (!folded.includes(said)) return -1;
    const escaped = said.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`, 'u').exec(folded)?.index ?? -1;
  });
};

/** The part of a slot's description that speaks of one value: from its mention to the next value's. */
const synonymsAt = (place: number, description: string, mentions: readonly number[]): string => {
  if (place < 0) return '';
  const next = mentions.reduce((least, other) => (other > place && other < least ? other : least), Infinity);
  return description.slice(place, Math.min(description.length, next));
};

/** Where a text has the words of a value, joined or parted: "follow-up" for `followup`, "next day" for `nextDay`. */
const placeOf = (
  value: string,
  tokens: ReturnType<typeof tokenise>,
): { start: number; end: number } | undefined => {
  const joined = wordsOf(value).join('');
  for (let from = 0; joined !== '' && from < tokens.length; from += 1) {
    let spelled = '';
    for (const token of tokens.slice(from, from + mostWords)) {
      spelled += token.word;
      if (spelled === joined) return { start: tokens[from]?.start ?? 0, end: token.end };
    }
  }
  return undefined;
};

/** What a text says, read once for all values. */
type Said = { tokens: ReturnType<typeof tokenise>; features: ReturnType<typeof featuresOf> };

const scoreOf = (
  choice: Choice,
  synonyms: string,
  said: Said,
): { score: number; start: number; end: number } => {
  const value = splitName(String(choice.value));
  const about = `${choice.description} ${synonyms}`;
  const spelled = placeOf(value, said.tokens);
  if (spelled !== undefined) return { score: 4, ...spelled };
  const valueKeys = new Set(featuresOf(value, 'en').map((feature) => feature.key));
  const aboutKeys = new Set(
    [...featuresOf(about, 'en'), ...featuresOf(about, 'es')].map((feature) => feature.key),
  );
  let score = 0;
  let [start, end] = [-1, -1];
  for (const feature of said.features) {
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
  const { choices = [], description } = slot.schema;
  if (choices.length > mostChoices) return [];
  const mentions = mentionsIn(description, choices);
  const said = { tokens: tokenise(source.text), features: featuresOf(source.text, source.language) };
  const scored = choices.map((choice, index) => {
    const synonyms = synonymsAt(mentions[index] ?? -1, description, mentions);
    return { choice, ...scoreOf(choice, synonyms, said) };
  });
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
