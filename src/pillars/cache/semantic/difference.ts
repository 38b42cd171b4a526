import { meaningOf, type Word } from './meaning.ts';

/** In what two questions differ. */
export type Difference = 'number' | 'negation' | 'word' | 'person' | 'order';

type Questioned = { question: string; words: readonly Word[] };

/** Fewer words than this may mean anything: then nothing else may differ either. */
const TELLING = 3;
/** Words that turn on the place of a negation. */
const SCOPED =
  /\b(?:and|or|but|if|when|because|who|which|all|every\w*|any\w*|each|both|always|only|must)\b|[,;]/i;

/**
 * In what two questions differ, or undefined when they ask the same in the same words but for such as carry nothing.
 * One number, negation, name or other word that only one of them has is a difference: embedders see near-misses as
 * closer than paraphrases, so likeness alone decides nothing.
 *
 * @example
 * differenceOf('How do I activate my card?', 'How do I block my card?'); // 'word'
 * differenceOf('What do I call you?', 'What do you call me?'); // 'person'
 * differenceOf('How do I activate my card?', 'how can I activate the card please'); // undefined
 */
export function differenceOf(one: string, other: string): Difference | undefined {
  return differenceBetween(
    { question: one, words: meaningOf(one) },
    { question: other, words: meaningOf(other) },
  );
}

/** {@link differenceOf} questions whose words are known: {@link meaningOf}. */
export function differenceBetween(
  { question: one, words: ones }: Questioned,
  { question: other, words: others }: Questioned,
): Difference | undefined {
  for (const kind of ['number', 'negation', 'word'] as const) {
    const of = (words: readonly Word[]) => words.filter((word) => word.kind === kind).map(({ word }) => word);
    if (of(ones).toSorted().join('\n') !== of(others).toSorted().join('\n')) return kind;
  }
  const telling = ones.filter(({ word }) => word !== 'can').length;
  if (telling < TELLING && plainly(one) !== plainly(other)) return 'word';
  if (!areInOrder(one, ones, other, others)) return 'order';
  return differenceOfRoles(ones, others);
}

/**
 * In what the empty words of two questions differ: who does it, to whom, whose it is, from where to where. What only
 * one of them says is no difference.
 *
 * @param ones questions that may differ in other words: those that both have are compared
 */
export function differenceOfRoles(
  ones: readonly Word[],
  others: readonly Word[],
): 'person' | 'word' | undefined {
  for (const { word, persons, relation, use, personsAfter } of ones) {
    for (const same of others) {
      if (same.word !== word) continue;
      if (isOther(persons, same.persons) || isOther(personsAfter, same.personsAfter)) return 'person';
      if (isOther(relation, same.relation) || isOther(use, same.use)) return 'word';
    }
  }
  return undefined;
}

function isOther(one: string | undefined, other: string | undefined): boolean {
  return Boolean(one) && Boolean(other) && one !== other;
}

function areInOrder(one: string, ones: readonly Word[], other: string, others: readonly Word[]): boolean {
  const inOrder = (words: readonly Word[]) => words.map(({ word }) => word).join('\n');
  if (inOrder(ones) === inOrder(others)) return true;
  // "Why isn't it working?" is "Why is it not working?"
  if (ones[0]?.word !== 'why' || others[0]?.word !== 'why') return false;
  if (SCOPED.test(one) || SCOPED.test(other)) return false;
  const positive = (words: readonly Word[]) => words.filter(({ kind }) => kind !== 'negation');
  return ones.length - positive(ones).length === 1 && inOrder(positive(ones)) === inOrder(positive(others));
}

/** Its words and signs, without what stands between them. */
export function plainly(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}$€£¥%+]+/gu, ' ')
    .trim();
}
