import { isKnown } from './is-known.ts';
import type { Word } from './meaning.ts';

/** A question that was answered, as far as it can speak for its answer. */
export type Witness = {
  question: string;
  /** Its words that carry something: {@link meaningOf}. */
  words: readonly Word[];
  /** Equal for equal answers. */
  answer: string;
  run: string;
  /** Cosine with the question that is asked. */
  similarity: number;
};

/**
 * The answer on which the nearest questions agree, and by how much they are nearer than those with another answer:
 * the mean likeness of the `count` nearest of each answer, compared. An answer is given for questions of `count`
 * different runs only, so that one answer that was wrong, or was made to be, speaks for nothing.
 *
 * Likeness decides nothing alone here either: {@link isKnown}.
 *
 * @param asked the question, and its words
 * @param kept the nearest first
 * @returns `margin` in [-1, 1]; undefined when there is no such answer
 * @example
 * witnessed({ question, words: meaningOf(question) }, kept, 4); // { nearest, margin: 0.31 }
 */
export function witnessed<Kept extends Witness>(
  asked: Pick<Witness, 'question' | 'words'>,
  kept: readonly Kept[],
  count: number,
): { nearest: Kept; margin: number } | undefined {
  const answers = new Map<string, Kept[]>();
  for (const one of kept) {
    const same = answers.get(one.answer);
    if (same === undefined) answers.set(one.answer, [one]);
    else same.push(one);
  }
  let best: { witnesses: Kept[]; likeness: number } | undefined;
  let second = 0;
  for (const witnesses of answers.values()) {
    const likeness = likenessOf(witnesses, count);
    if (best === undefined || likeness > best.likeness) {
      second = best?.likeness ?? 0;
      best = { witnesses, likeness };
    } else second = Math.max(second, likeness);
  }
  const [nearest] = best?.witnesses ?? [];
  if (best === undefined || nearest === undefined) return undefined;
  // However many speak for one answer: the question that is most like this one has another.
  if (nearest !== kept[0]) return undefined;
  if (new Set(best.witnesses.map(({ run }) => run)).size < count) return undefined;
  if (!isKnown(asked, best.witnesses, count)) return undefined;
  return { nearest, margin: Math.round((best.likeness - second) * 10_000) / 10_000 };
}

/** Mean of the nearest; those that are missing are like nothing. */
function likenessOf(witnesses: readonly Witness[], count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += witnesses[at]?.similarity ?? 0;
  return sum / count;
}
