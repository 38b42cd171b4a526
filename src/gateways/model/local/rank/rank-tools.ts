import type { Language } from '../language/detect-language.ts';
import { featuresOf } from '../language/features.ts';
import { actionClassOf, areNeighbours } from '../language/lexicon.ts';
import { cosine, dice, trigramsOf } from '../language/ngrams.ts';
import { tokenise } from '../language/tokenise.ts';
import type { Clause } from '../request/clause.ts';
import type { Bag } from './comparable.ts';
import { comparable } from './comparable.ts';
import type { ToolProfile } from './tool-profile.ts';

/** A tool with how well it fits a clause, 0 to 1. */
export type Ranked = { tool: ToolProfile; score: number };

/** How the score is made up; the weights sum to 1. Chosen on a development set, apart from the test sets. */
const weights = { coverage: 0.42, example: 0.3, name: 0.18, characters: 0.1 };
const unknownWeight = 0.65;
const unofferedActWeight = 1;
const readingWeight = 0.1;
/** A neighbour of a feature counts half; each further one shows that the tool is at home there. */
const neighbourMatch = 0.5;
const furtherNeighbour = 0.1;
const mostByNeighbours = 0.8;
const typingErrorMatch = 0.8;
const typingErrorDice = 0.55;
const foreignAct = { known: 0.35, unknown: 0.7 };

type Weighted = { key: string; word: string; weight: number };

/** The features of a clause with their weights: what tells the tools apart weighs more (inverse tool frequency). */
const weigh = (clause: Clause, language: Language, tools: readonly ToolProfile[]): Weighted[] => {
  const seen = new Map<string, Weighted>();
  for (const { key, word } of featuresOf(clause.core, language)) {
    const having = tools.filter((tool) => tool.vocabulary.has(key)).length;
    const isAct = actionClassOf(key) === 'changing' && clause.mood === 'request';
    const unknown = isAct ? unofferedActWeight : unknownWeight;
    const rarity = having === 0 ? unknown : 0.35 + 0.65 * (1 - (having - 1) / Math.max(1, tools.length));
    const weight = actionClassOf(key) === 'reading' ? Math.min(rarity, readingWeight) : rarity;
    seen.set(key, { key, word, weight });
  }
  return [...seen.values()];
};

const matchOf = (feature: Weighted, tool: ToolProfile): number => {
  const own = tool.vocabulary.get(feature.key);
  if (own !== undefined) return own;
  const neighbours = [...tool.vocabulary.keys()].filter((key) => areNeighbours(key, feature.key)).length;
  if (neighbours > 0) return Math.min(mostByNeighbours, neighbourMatch + furtherNeighbour * (neighbours - 1));
  if (feature.word.length < 5) return 0;
  const grams = trigramsOf(feature.word);
  const near = tool.words.some(
    ({ word, trigrams }) =>
      Math.abs(word.length - feature.word.length) <= 2 && dice(grams, trigrams) >= typingErrorDice,
  );
  return near ? typingErrorMatch : 0;
};

const coverageOf = (features: readonly Weighted[], tool: ToolProfile): number => {
  const total = features.reduce((sum, feature) => sum + feature.weight, 0);
  if (total === 0) return 0;
  return features.reduce((sum, feature) => sum + feature.weight * matchOf(feature, tool), 0) / total;
};

const reweigh = (bag: Bag, weightsByKey: ReadonlyMap<string, number>): Bag =>
  new Map([...bag].map(([key, count]) => [key, count * (weightsByKey.get(key) ?? 0.5)]));

/** Cosine in which a feature that is missing on the other side meets its neighbours there, for a part of its weight. */
const softCosine = (one: Bag, other: Bag): number => {
  const near = new Map(other);
  for (const [key, weight] of one) {
    if (other.has(key) || key.startsWith('#')) continue;
    if ([...other.keys()].some((own) => areNeighbours(own, key))) near.set(key, weight * neighbourMatch);
  }
  let product = 0;
  for (const [key, weight] of one) product += weight * (near.get(key) ?? 0);
  return product === 0 ? 0 : product / (Math.hypot(...one.values()) * Math.hypot(...other.values()));
};

const nameShare = (features: readonly Weighted[], tool: ToolProfile): number => {
  if (tool.core.size === 0) return 0;
  const keys = features.map((feature) => feature.key);
  const shares = [...tool.core].map((core) => {
    if (keys.includes(core)) return 1;
    return keys.some((key) => areNeighbours(key, core)) ? neighbourMatch : 0;
  });
  return shares.reduce((sum: number, share) => sum + share, 0) / shares.length;
};

/** An act that the tool does not offer makes it the wrong tool, however much the rest is alike. */
const actFactor = (clause: Clause, tool: ToolProfile): number => {
  const asked = clause.actions.filter((action) => action.class !== 'reading' && !action.isThing);
  const [main] = asked;
  if (main === undefined || asked.some((action) => tool.actions.has(action.key))) return 1;
  if (main.known) return foreignAct.known;
  return tool.vocabulary.has(main.key) ? 1 : foreignAct.unknown;
};

/**
 * Ranks tools for a clause by word features over names, descriptions, parameters and example utterances, and by
 * character trigrams (for typing errors and words of no list), best first.
 *
 * @example
 * rankTools(clause, 'en', profiles)[0]?.tool.name; // 'lineStatus'
 */
export function rankTools(clause: Clause, language: Language, tools: readonly ToolProfile[]): Ranked[] {
  const features = weigh(clause, language, tools);
  if (features.length === 0) return [];
  const weightsByKey = new Map(features.map((feature) => [feature.key, feature.weight]));
  const asked = comparable(clause.text, language);
  const trigrams = trigramsOf(
    tokenise(clause.core)
      .map((token) => token.word)
      .join(' '),
  );
  const bag = reweigh(
    new Map([...asked.features].filter(([key]) => key.startsWith('#') || weightsByKey.has(key))),
    weightsByKey,
  );
  const ranked = tools.map((tool): Ranked => {
    const compared = tool.texts.map((text) => ({
      words: softCosine(bag, reweigh(text.features, weightsByKey)),
      characters: cosine(trigrams, text.trigrams),
    }));
    const example = Math.max(0, ...compared.map(({ words }) => words));
    const characters = Math.max(0, ...compared.map(({ characters: alike }) => alike));
    const score =
      weights.coverage * coverageOf(features, tool) +
      weights.example * example +
      weights.name * nameShare(features, tool) +
      weights.characters * characters;
    return { tool, score: score * actFactor(clause, tool) };
  });
  return ranked.sort((one, other) => other.score - one.score || (one.tool.name < other.tool.name ? -1 : 1));
}
