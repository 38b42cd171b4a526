import { ASKING, EMPTY_WORDS, NEGATIONS, NUMBERS } from './words.ts';

/** In what two questions differ. */
export type Difference = 'number' | 'negation' | 'word' | 'order';

/** Words with their inner dots and dashes (`AC-1042`, `3.50`, `a@b.org`), and signs: a flag or `<` may be all that differs. */
const WORD = /[\p{L}\p{N}]+(?:[-.,:/@_'’][\p{L}\p{N}]+)*|[%\p{S}]/gu;

/** What is said out of courtesy around a question. */
const COURTESY = [
  String.raw`\b(?:can|could|would|will) you (?:please )?(?:tell|explain|help|show) (?:to )?me(?: with)?\b`,
  String.raw`\bi (?:would |want to )(?:like to )?know\b`,
  String.raw`\bgood (?:morning|afternoon|evening)\b`,
  // What somebody needs or wants is what is asked; whether it is needed ("do I need") is a question of its own.
  String.raw`(?<=^|[.!?,;:]\s*|\b(?:hi|hello|hey|please|and|so|but)\s+)i(?:'d| would)? (?:need|want|like|wish)(?: to)?\b`,
].join('|');
const COURTESIES = new RegExp(COURTESY, 'giu');

/** What has to be done. */
const OBLIGATION = /(?<!\bthe )\b(?:have|has|need|needs) to\b/giu;
/** What is denied: then it matters whether somebody cannot, has not or does not. */
const DENIED = /\b(?:not|no|never|cannot)\b|n't\b/iu;
const ABILITY = /^(?:can|could|have|has)$/;
/** Where a sentence or a part of one begins. */
const BEGINNING = /(?:^|[.!?:,;]|\b(?:hi|hello|hey|please|and|so|but))\s*["'(]*$/i;

/** Fewer words than this may mean anything: then nothing else may differ either. */
const TELLING = 3;

export type Word = { word: string; kind: 'number' | 'negation' | 'word' };
const NOT: Word = { word: 'not', kind: 'negation' };

/**
 * The words of a question that carry what it asks, in order: numbers as digits, plurals as singulars, without words
 * that may be there or not. A word like `US`, `Will` or `May`, written as a name within a sentence, is one.
 *
 * @example
 * meaningOf('Could you tell me why my cards were not accepted?').map(({ word }) => word);
 * // ['why', 'card', 'were', 'not', 'accepted']
 */
export function meaningOf(text: string): Word[] {
  const plain = text.replaceAll('’', "'").replace(COURTESIES, ' ').replace(OBLIGATION, ' must ');
  const denied = DENIED.test(plain);
  const words: Word[] = [];
  for (const match of plain.matchAll(WORD)) {
    const opens = /(?:^|[.!?:]\s*)["'(]*$/.test(plain.slice(0, match.index).trimEnd());
    // "Is it blocked?" is answered otherwise than "It is blocked."
    const whether =
      ASKING.has(match[0].toLowerCase()) && BEGINNING.test(plain.slice(0, match.index).trimEnd());
    if (whether) words.push({ word: 'whether', kind: 'word' });
    words.push(...wordsOf(match[0], { opens, denied }));
  }
  return words;
}

function wordsOf(written: string, { opens, denied }: { opens: boolean; denied: boolean }): Word[] {
  const folded = written.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const negated = /^(\w+)n't$/.exec(folded);
  if (negated !== null) return [...wordsOf(positive(negated[1] ?? ''), { opens: true, denied }), NOT];
  const bare = folded.replace(/'(?:s|m|re|ve|d|ll)$/, '');
  if (bare === 'cannot') return [{ word: 'can', kind: 'word' }, NOT];
  if (/[\d$€£¥%+]/.test(bare)) return [{ word: bare, kind: 'number' }];
  const isName = !opens && written !== 'I' && /^\p{Lu}/u.test(written);
  if (denied && ABILITY.test(bare)) return [{ word: bare, kind: 'word' }];
  if (EMPTY_WORDS.has(bare) && !(isName && !/^I'/.test(written))) return [];
  const number = NUMBERS.get(bare);
  if (number !== undefined) return [{ word: number, kind: 'number' }];
  if (NEGATIONS.has(bare)) return [{ word: bare, kind: 'negation' }];
  return [{ word: isName && EMPTY_WORDS.has(bare) ? `${bare} (name)` : singular(bare), kind: 'word' }];
}

/** What is left of `can't`, `won't`, `shan't` without its negation. */
function positive(stem: string): string {
  return { ca: 'can', wo: 'will', sha: 'shall' }[stem] ?? stem;
}

function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word)) return word;
  return word.replace(/(?:([^aeiou])ies)$/, '$1y').replace(/s$/, '');
}

/**
 * In what two questions differ, or undefined when they ask the same in the same words but for such as carry nothing.
 * One number, negation, name or other word that only one of them has is a difference: embedders see near-misses as
 * closer than paraphrases, so likeness alone decides nothing.
 *
 * @example
 * differenceOf('How do I activate my card?', 'How do I block my card?'); // 'word'
 * differenceOf('How do I activate my card?', 'how can I activate the card please'); // undefined
 */
export function differenceOf(one: string, other: string): Difference | undefined {
  const [ones, others] = [meaningOf(one), meaningOf(other)];
  for (const kind of ['number', 'negation', 'word'] as const) {
    const of = (words: Word[]) => words.filter((word) => word.kind === kind).map(({ word }) => word);
    if (of(ones).toSorted().join('\n') !== of(others).toSorted().join('\n')) return kind;
  }
  if (ones.length < TELLING && plainly(one) !== plainly(other)) return 'word';
  const inOrder = (words: Word[]) => words.map(({ word }) => word).join('\n');
  return inOrder(ones) === inOrder(others) ? undefined : 'order';
}

function plainly(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}$€£¥%+]+/gu, ' ')
    .trim();
}
