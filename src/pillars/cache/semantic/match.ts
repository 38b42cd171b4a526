import { differenceOf, meaningOf } from './meaning.ts';
import { type Witness, witnessed } from './witnesses.ts';

/** A question whose answer may be given; `margin` when several spoke for it. */
export type Match<Kept> = { kept: Kept; margin?: number };

/**
 * Questions whose answers may be given to the one that is asked: those in nearly the same words, the nearest first,
 * and then the one for whose answer several speak ({@link witnessed}).
 *
 * @param neighbours the nearest first
 * @param least what likeness, and what margin, is needed at least; null: none will do
 * @example
 * matchesOf(question, neighbours, { threshold: 0.9, margin: 0.26, witnesses: 4 }); // [{ kept, margin: 0.31 }]
 */
export function matchesOf<Kept extends Witness>(
  question: string,
  neighbours: readonly Kept[],
  least: { threshold: number | null; margin: number | null; witnesses?: number | undefined },
): Match<Kept>[] {
  const { threshold, margin, witnesses } = least;
  const alike = neighbours.flatMap((kept): Match<Kept>[] => {
    if (threshold === null || kept.similarity < threshold) return [];
    return differenceOf(question, kept.question) === undefined ? [{ kept }] : [];
  });
  if (witnesses === undefined || margin === null) return alike;
  const found = witnessed({ question, words: meaningOf(question) }, neighbours, witnesses);
  if (found === undefined || found.margin < margin) return alike;
  return [...alike, { kept: found.nearest, margin: found.margin }];
}
