import type { Language } from './detect-language.ts';
import { conceptOf, isListed, longestPhrase } from './lexicon.ts';
import { stem } from './stem.ts';
import { isStopWord } from './stop-words.ts';
import type { Token } from './tokenise.ts';
import { tokenise } from './tokenise.ts';

/** A word or phrase of a text that carries meaning. */
export type Feature = {
  /** What it is compared by: a concept of the word list, else the stem. */
  key: string;
  /** The folded word or phrase as it was written. */
  word: string;
  /** Whether the word list knows it. */
  known: boolean;
  /** A verb whose particle stands apart from it: "knock … off". */
  isSplit?: true;
  start: number;
  end: number;
};

const otherLanguage = (language: Language): Language => (language === 'en' ? 'es' : 'en');

const phraseAt = (tokens: readonly Token[], at: number, language: Language) => {
  for (let length = Math.min(longestPhrase, tokens.length - at); length > 1; length -= 1) {
    const words = tokens.slice(at, at + length).map((token) => token.word);
    const concept = conceptOf(words.join('_'), language);
    if (concept !== undefined) return { concept, length, word: words.join(' ') };
  }
  return undefined;
};

/** A word written with a hyphen, as one: "follow-up". Two words of the lists stay two: "line-test". */
const hyphenatedAt = (text: string, tokens: readonly Token[], at: number, language: Language) => {
  const [one, two] = [tokens[at], tokens[at + 1]];
  if (one === undefined || two === undefined || text.slice(one.end, two.start) !== '-') return undefined;
  const isWhole = ({ word }: Token) => word.length > 3 && conceptOf(word, language) !== undefined;
  if (/\d/.test(one.word + two.word) || (isWhole(one) && isWhole(two))) return undefined;
  const word = one.word + two.word;
  const concept = conceptOf(word, language);
  const feature: Feature = {
    key: concept ?? stem(word, language),
    word,
    known: concept !== undefined,
    start: one.start,
    end: two.end,
  };
  return feature;
};

const featureOf = (token: Token, language: Language): Feature | undefined => {
  const word = token.word.replace(/'s$/, '');
  const place = { word, start: token.start, end: token.end };
  const stop = isStopWord(word, language);
  const own = stop && !isListed(word, language) ? undefined : conceptOf(word, language);
  if (own !== undefined) return { key: own, known: true, ...place };
  if (stop || word.length < 2 || /^\d+$/.test(word)) return undefined;
  const foreign = conceptOf(word, otherLanguage(language));
  if (foreign !== undefined) return { key: foreign, known: true, ...place };
  return { key: stem(word, language), known: false, ...place };
};

const splitVerbs: readonly { particle: string; verbs: ReadonlySet<string>; concept: string }[] = [
  {
    particle: 'back',
    verbs: new Set(['put', 'give', 'get', 'want', 'need', 'like', 'have', 'receive', 'send', 'pay']),
    concept: 'refund',
  },
  {
    particle: 'off',
    verbs: new Set(['take', 'knock', 'shave', 'cut', 'drop', 'get', 'give', 'want', 'like', 'need', 'have']),
    concept: 'discount',
  },
];
const blankedValue = /^\s{3,}$/;
const farthestVerb = 5;

/** A verb that was parted by a value, now blanked out: "put [$5] back", "knock [5 dollars] off". */
const splitVerbAt = (text: string, tokens: readonly Token[], at: number): Feature | undefined => {
  const [token, before] = [tokens[at], tokens[at - 1]];
  const split = splitVerbs.find(({ particle }) => particle === token?.word);
  if (token === undefined || before === undefined || split === undefined) return undefined;
  if (!blankedValue.test(text.slice(before.end, token.start))) return undefined;
  const verbs = tokens.slice(Math.max(0, at - farthestVerb), at).some(({ word }) => split.verbs.has(word));
  return verbs
    ? { key: split.concept, word: token.word, known: true, isSplit: true, start: token.start, end: token.end }
    : undefined;
};

/**
 * The features of a text in order: phrases and words with meaning; function words and bare numbers are left out.
 *
 * @example
 * featuresOf('Look up my bills', 'en').map((feature) => feature.key); // ['find', 'bill']
 */
export function featuresOf(text: string, language: Language): Feature[] {
  const tokens = tokenise(text);
  const features: Feature[] = [];
  for (let at = 0; at < tokens.length; ) {
    const phrase = phraseAt(tokens, at, language);
    const token = tokens[at];
    if (token === undefined) break;
    if (phrase !== undefined) {
      const end = tokens[at + phrase.length - 1]?.end ?? token.end;
      features.push({ key: phrase.concept, word: phrase.word, known: true, start: token.start, end });
      at += phrase.length;
      continue;
    }
    const hyphenated = hyphenatedAt(text, tokens, at, language);
    if (hyphenated !== undefined) {
      features.push(hyphenated);
      at += 2;
      continue;
    }
    const feature = splitVerbAt(text, tokens, at) ?? featureOf(token, language);
    if (feature !== undefined) features.push(feature);
    at += 1;
  }
  return features;
}
