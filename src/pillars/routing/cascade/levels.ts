import { TIERS, type Tier } from '../../../contract/agent.ts';
import type { Candidate } from '../../../contract/candidates.ts';

/** A tier, and the models that are asked for its answer. */
export type Level = { tier: Tier; candidates: readonly Candidate[] };

/**
 * The tiers that a call may be answered by, one after the other: the one that is asked first and those above it. What
 * stands below may help out for the first, when no other can answer; an answer of it that was refused is not asked
 * for again.
 *
 * @returns nothing where the first candidate has no tier
 * @example
 * levelsOf([{ model: 'b', tier: 'large' }, { model: 'a', tier: 'small' }]); // one level, of both
 */
export function levelsOf(candidates: readonly Candidate[]): Level[] {
  const first = candidates[0]?.tier;
  if (first === undefined) return [];
  const above = TIERS.slice(TIERS.indexOf(first)).filter((tier) =>
    candidates.some((candidate) => candidate.tier === tier),
  );
  return above.map((tier) => ({
    tier,
    candidates: tier === first ? candidates : fromTierUp(candidates, tier),
  }));
}

function fromTierUp(candidates: readonly Candidate[], tier: Tier): Candidate[] {
  const place = (candidate: Candidate) => TIERS.indexOf(candidate.tier ?? tier) - TIERS.indexOf(tier);
  return candidates
    .filter((candidate) => candidate.tier !== undefined && place(candidate) >= 0)
    .toSorted((one, other) => place(one) - place(other));
}
