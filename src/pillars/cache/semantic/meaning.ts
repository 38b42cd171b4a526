import { plainPhrasing } from './phrasing.ts';
import { ASKING, DETERMINERS, EMPTY_WORDS, NEGATIONS, NUMBERS, PERSONS, RELATIONS } from './words.ts';

/** A word that carries something, with what the empty words around it say of it. */
export type Word = {
  word: string;
  kind: 'number' | 'negation' | 'word';
  /** Whom the empty words before it speak of, in their order: `I you`. */
  persons?: string;
  /** How it is joined to what is before: `to`, `and`, `in`. */
  relation?: string;
  /** A thing, or what somebody does. */
  use?: 'thing' | 'deed';
  /** Of the last word: whom the empty words after it speak of. */
  personsAfter?: string;
};

type Bare = Pick<Word, 'word' | 'kind'>;
/** What is known of a question before its words are looked at one by one. */
type Context = { before: string; after: string; denied: boolean; counted: boolean };

/** Words with their inner dots and dashes (`AC-1042`, `3.50`, `a@b.org`), and signs: a flag or `<` may be all that differs. */
const WORD = /[\p{L}\p{N}]+(?:[-.,:/@_'][\p{L}\p{N}]+)*|[%\p{S}]/gu;
/** What is denied: then it matters whether somebody cannot, has not or does not. */
const DENIED = /\b(?:not|no|never|cannot)\b|n't\b/iu;
const ABILITY = /^(?:can|could|have|has)$/;
/** What has been and what is are two numbers and two times, though one card that has been blocked is blocked. */
const COUNTED = /\b(?:how (?:much|many)|when|what)\b/iu;
const BEGINNING = /(?:^|[.!?:,;]|\b(?:hi|hello|hey|please|kindly|and|so|but))\s*["'(]*$/i;
/** "…, is it blocked?", but "I paid and was not served". */
const SUBJECT =
  /^\s+(?:i|you|he|she|it|we|they|there|anyone|somebody|someone|a|an|the|my|your|our|his|her|their|this|that|these|those|any|\p{Lu}\p{L}*)\b/u;
/** "You" for "your" is a common slip. */
const ACTOR = /\b(?:i|we|they|he|she|(?:do|did|can|could|would|will|should|if|must|that) you)$/i;
const SENTENCE = /(?:^|[.!?:]\s*)["'(]*$/;
const NOT: Bare = { word: 'not', kind: 'negation' };

/**
 * The words of a question that carry what it asks, in order: numbers as digits, plurals as singulars, without words
 * that may be there or not. A word like `US`, `Will` or `May`, written as a name within a sentence, is one.
 *
 * @example
 * meaningOf('Could you tell me why my cards were not accepted?').map(({ word }) => word);
 * // ['why', 'card', 'were', 'not', 'accepted']
 */
export function meaningOf(text: string): Word[] {
  const plain = plainPhrasing(text);
  const [denied, counted] = [DENIED.test(plain), COUNTED.test(plain)];
  const words: Word[] = [];
  let persons: string[] = [];
  let relations: string[] = [];
  let last = '';
  for (const match of plain.matchAll(WORD)) {
    const [written] = match;
    const lower = written.toLowerCase();
    const before = plain.slice(0, match.index).trimEnd();
    const after = plain.slice(match.index + written.length);
    // "Is it blocked?" is answered otherwise than "It is blocked."
    const asks =
      (SENTENCE.test(before) && lower !== 'must') || (BEGINNING.test(before) && SUBJECT.test(after));
    if (asks && ASKING.has(lower.replace(/n't$/, ''))) words.push({ word: 'whether', kind: 'word' });
    const found = wordsOf(written, { before, after, denied, counted });
    const [first, ...others] = found;
    if (first === undefined) {
      const [person, relation] = [PERSONS.get(lower.replace(/'.*$/, '')), RELATIONS.get(lower)];
      if (person !== undefined && persons.at(-1) !== person) persons.push(person);
      if (relation !== undefined) relations.push(relation);
    } else {
      const use = DETERMINERS.has(last) ? 'thing' : ACTOR.test(before) ? 'deed' : undefined;
      const of = { persons: persons.join(' '), relation: relations.join(' ') };
      words.push({ ...first, ...of, ...(use === undefined ? {} : { use }) }, ...others);
      [persons, relations] = [[], []];
    }
    last = lower;
  }
  const end = words.at(-1);
  if (end !== undefined && persons.length > 0)
    words[words.length - 1] = { ...end, personsAfter: persons.join(' ') };
  return words;
}

function wordsOf(written: string, context: Context): Bare[] {
  const { before, denied } = context;
  const folded = written.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const parts = folded.split('-');
  if (parts.length > 1 && parts.every(isPart))
    return parts.map((part) => ({ word: singular(part), kind: 'word' }));
  const negated = /^(\w+)n't$/.exec(folded);
  if (negated !== null) return [...wordsOf(positive(negated[1] ?? ''), { ...context, before: '' }), NOT];
  const bare = folded.replace(/'(?:s|m|re|ve|d|ll)$/, '');
  if (bare === 'cannot') return [{ word: 'can', kind: 'word' }, NOT];
  if (/[\d$€£¥%+]/.test(bare)) return [{ word: bare, kind: 'number' }];
  const isName = !SENTENCE.test(before) && written !== 'I' && /^\p{Lu}/u.test(written);
  if (denied && ABILITY.test(bare)) return [{ word: bare, kind: 'word' }];
  if (isEmpty(bare, context) && !(isName && !/^I'/.test(written))) return [];
  const number = NUMBERS.get(bare);
  if (number !== undefined) return [{ word: number, kind: 'number' }];
  if (NEGATIONS.has(bare)) return [{ word: bare, kind: 'negation' }];
  if (bare === 'could') return [{ word: 'can', kind: 'word' }];
  return [{ word: isName && EMPTY_WORDS.has(bare) ? `${bare} (name)` : singular(bare), kind: 'word' }];
}

/** Whether the question asks the same without the word. */
function isEmpty(bare: string, { before, after, counted }: Context): boolean {
  switch (bare) {
    case 'can':
    case 'could':
      // "How can I pay?" is "How do I pay?"; but "How many cards can I have?" is not "How many cards do I have?"
      return /\b(?:how|where)$/i.test(before) && /^\s+(?:i|we|you)\b/i.test(after);
    case 'been':
      return !counted;
    case 'am':
      return !/\d$/.test(before);
    case 'so':
      return SENTENCE.test(before) || /^\s*[.!?]*\s*$/.test(after);
    case 'too':
      return /^\s*(?:[.!?,]|$)/.test(after);
    case 'any':
      return /\b(?:there|have|has|are|is|got)$/i.test(before);
    default:
      return EMPTY_WORDS.has(bare);
  }
}

/** Part of a word with a dash that says the same with a space. */
function isPart(part: string): boolean {
  return /^\p{L}{3,}$/u.test(part) && !EMPTY_WORDS.has(part) && !NEGATIONS.has(part) && !NUMBERS.has(part);
}

/** What is left of `can't`, `won't`, `shan't` without its negation. */
function positive(stem: string): string {
  return { ca: 'can', wo: 'will', sha: 'shall' }[stem] ?? stem;
}

function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word)) return word;
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.replace(/(?:([^aeiou])ies)$/, '$1y').replace(/s$/, '');
}
