import type { Outcome } from '../../../contract/run.ts';
import type { Features } from './features.ts';

/** Which of two tiers gave an answer: the one that is asked first in the plain order, and the next larger. */
export type Side = 'small' | 'large';

/** What one model call has shown of two tiers. */
export type Sample = {
  run: string;
  features: Features;
  /** Whether its answer will do, where that could be told. */
  small: boolean | null;
  large: boolean | null;
  /** US dollars of its answer, where it was asked and its price is known. */
  smallUsd: number | null;
  largeUsd: number | null;
  /** The tier whose answer the run went on with. */
  used: Side;
  /** Of the run. */
  outcome: Outcome;
};

/**
 * Whether the answers of both tiers will do, as far as is known. What a check refused stays refused. Beyond that the
 * run's outcome decides about the tier that it used: a wrong run is laid to each of its calls, which is more than it
 * should be for runs of many calls.
 */
export function labelsOf({ small, large, used, outcome }: Sample): {
  small: boolean | null;
  large: boolean | null;
} {
  const labels = { small, large };
  if (outcome === 'unknown' || labels[used] === false) return labels;
  return { ...labels, [used]: outcome === 'right' };
}
