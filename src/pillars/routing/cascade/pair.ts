import { TIERS, type Tier } from '../../../contract/agent.ts';
import type { Candidate } from '../../../contract/candidates.ts';
import type { Side } from '../learn/index.ts';

/** The two tiers between which it is learned where to begin, and the models that are asked first in each. */
export type Pair = {
  small: Candidate & { tier: Tier };
  large: Candidate & { tier: Tier };
  /** What is known of one pair says nothing of another. */
  name: string;
};

/**
 * The smallest tier that is asked first in the plain order, and the next above it.
 *
 * @param candidates in any order
 * @returns undefined where there are no two tiers
 */
export function pairOf(candidates: readonly Candidate[]): Pair | undefined {
  const first = (tier: Tier) => candidates.find((candidate) => candidate.tier === tier)?.model;
  // The edge tier is asked last: it may abstain.
  const tiers = TIERS.filter((tier) => tier !== 'edge' && first(tier) !== undefined);
  const [small, large] = tiers.length > 1 ? tiers : TIERS.filter((tier) => first(tier) !== undefined);
  if (small === undefined || large === undefined) return undefined;
  const pair = {
    small: { model: first(small) ?? '', tier: small },
    large: { model: first(large) ?? '', tier: large },
  };
  return { ...pair, name: `${pair.small.model} ${pair.large.model}` };
}

/** Which side of a pair a tier's answer counts for. */
export function sideOf({ small, large }: Pair, tier: Tier | undefined): Side | undefined {
  if (tier === small.tier) return 'small';
  return tier === large.tier ? 'large' : undefined;
}
