import { differenceBetween, plainly } from './difference.ts';
import { type Witness, witnessed } from './witnesses.ts';

/** A question whose answer may be given; `margin` when several spoke for it. */
export type Match<Kept> = { kept: Kept; margin?: number };

/**
 * Questions whose answers may be given to the one that is asked: those in nearly the same words, the nearest first,
 * and then the one for whose answer several speak ({@link witnessed}). When several speak for another answer than a
 * question in nearly the same words got, that one is not given: it was a mistake, or the model is in doubt.
 *
 * @param asked the question, and its words
 * @param neighbours the nearest first
 * @param least what likeness, and what margin, is needed at least; null: none will do
 * @example
 * matchesOf({ question, words }, neighbours, { threshold: 0.9, margin: 0.22, witnesses: 4 }); // [{ kept, margin: 0.31 }]
 */
export function matchesOf<Kept extends Witness>(
  asked: Pick<Witness, 'question' | 'words'>,
  neighbours: readonly Kept[],
  least: { threshold: number | null; margin: number | null; witnesses?: number | undefined },
): Match<Kept>[] {
  const { threshold, margin, witnesses } = least;
  const alike = neighbours.flatMap((kept): Match<Kept>[] => {
    if (threshold === null || kept.similarity < threshold) return [];
    return differenceBetween(asked, kept) === undefined ? [{ kept }] : [];
  });
  if (witnesses === undefined) return alike;
  const undisputed = alike.filter(({ kept }) => !isDisputed(asked, kept, neighbours, witnesses));
  if (margin === null) return undisputed;
  const found = witnessed(asked, neighbours, witnesses);
  if (found === undefined || found.margin < margin) return undisputed;
  return [...undisputed, { kept: found.nearest, margin: found.margin }];
}

function isDisputed<Kept extends Witness>(
  asked: Pick<Witness, 'question' | 'words'>,
  { question, answer }: Kept,
  neighbours: readonly Kept[],
  count: number,
): boolean {
  // What was found wrong for these very words is kept under them.
  if (plainly(question) === plainly(asked.question)) return false;
  const others = neighbours.filter((kept) => kept.answer !== answer);
  return witnessed(asked, others, count) !== undefined;
}
