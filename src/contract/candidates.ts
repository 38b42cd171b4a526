import { type ModelChoice, type ModelName, type ModelNames, TIERS, type Tier } from './agent.ts';

/** A model that may answer a call. */
export type Candidate = {
  model: ModelName;
  /** Absent where the definition names models without tiers. */
  tier?: Tier;
};

/**
 * The models of a definition in the order in which they are asked unless a middleware says otherwise: tiers from
 * small to large, `edge` last, because that one may abstain; in each tier as the author wrote them.
 *
 * @param choice null: the installation's default
 * @param tier asked first; behind it those above it from small to large, then those below it from large to small
 * @example
 * candidatesOf({ large: 'anthropic/claude-sonnet-5', small: ['google/gemini-3-flash', 'openai/gpt-5-mini'] }, 'local');
 * // [{ model: 'google/gemini-3-flash', tier: 'small' }, { model: 'openai/gpt-5-mini', tier: 'small' },
 * //  { model: 'anthropic/claude-sonnet-5', tier: 'large' }]
 */
export function candidatesOf(
  choice: ModelChoice | null,
  defaultModel: ModelName,
  tier?: Tier,
): readonly [Candidate, ...Candidate[]] {
  const listedModels = listed(choice ?? defaultModel);
  const [first, ...others] = tier === undefined ? listedModels : fromTier(listedModels, tier);
  return first === undefined ? [{ model: defaultModel }] : [first, ...others];
}

function listed(choice: ModelChoice): Candidate[] {
  if (isNames(choice)) return namesOf(choice).map((model) => ({ model }));
  const [edge, ...larger] = TIERS;
  return [...larger, edge].flatMap((tier) => namesOf(choice[tier] ?? []).map((model) => ({ model, tier })));
}

/**
 * Puts a tier first; behind it those above it from small to large, then those below it from large to small.
 *
 * @example
 * fromTier([{ model: 'a', tier: 'small' }, { model: 'b', tier: 'large' }], 'large'); // b, then a
 */
export function fromTier(candidates: readonly Candidate[], tier: Tier): Candidate[] {
  const wanted = TIERS.indexOf(tier);
  const place = (candidate: Candidate) => {
    const above = candidate.tier === undefined ? 0 : TIERS.indexOf(candidate.tier) - wanted;
    return above >= 0 ? above : TIERS.length - above;
  };
  return candidates.toSorted((one, other) => place(one) - place(other));
}

function isNames(choice: ModelChoice): choice is ModelNames {
  return typeof choice === 'string' || Array.isArray(choice);
}

function namesOf(names: ModelNames): readonly ModelName[] {
  return typeof names === 'string' ? [names] : names;
}
