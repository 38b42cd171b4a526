import type { Sample, Side } from './sample.ts';

/** A side with a smaller share of the calls changes little. */
const LEAST_SHARE = 0.05;

/**
 * For how many calls each judged one stands, by the tier that was used. A route sends what is hard to the larger tier,
 * where the smaller one's answer is judged only if it is asked too: those few stand for all that went there.
 * Source: post-stratification, Holt and Smith, "Post Stratification", JRSS A 142, 1979.
 *
 * @param samples all; `small` is null where the smaller tier's answer is not judged
 * @param least judged calls that a side needs
 * @returns undefined where too few of a side are judged, so that nothing is known of it
 */
export function weightsOf(
  samples: readonly Pick<Sample, 'used' | 'small'>[],
  least: number,
): Record<Side, number> | undefined {
  const weights = { small: 1, large: 1 };
  for (const side of ['small', 'large'] as const) {
    const all = samples.filter(({ used }) => used === side);
    const judged = all.filter(({ small }) => small !== null);
    if (judged.length >= least) weights[side] = all.length / judged.length;
    else if (side === 'large' && all.length >= LEAST_SHARE * samples.length && all.length >= least)
      return undefined;
  }
  return weights;
}
