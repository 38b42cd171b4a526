import type { Tier } from '../../../contract/agent.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import type { Sample } from '../learn/index.ts';
import { agree } from './agreement.ts';
import type { Checked } from './cascade.ts';
import { type Pair, sideOf } from './pair.ts';

/** What the answers of a call say of both tiers. */
export type Judged = Pick<Sample, 'small' | 'large' | 'smallUsd' | 'largeUsd'>;

/** The answers of a call, and the tiers that were refused before a takeover, whose answers are gone. */
type Seen = {
  answers: readonly Checked[];
  shadow: Checked | undefined;
  refused: ReadonlySet<Tier>;
};

/**
 * Whether the answer of each tier will do. Checks that can tell decide; where they cannot, and both tiers were asked,
 * the larger one's answer is the measure, and the smaller one's will do if it says the same.
 */
export function judge(request: ModelRequest, pair: Pair, { answers, shadow, refused }: Seen): Judged {
  const all = shadow === undefined ? answers : [...answers, shadow];
  const small = all.find(({ tier }) => sideOf(pair, tier) === 'small');
  const large = all.find(({ tier }) => sideOf(pair, tier) === 'large');
  const judged: Judged = {
    small: refused.has(pair.small.tier) ? false : (small?.verdict.good ?? null),
    large: refused.has(pair.large.tier) ? false : (large?.verdict.good ?? null),
    smallUsd: small?.response.usd ?? null,
    largeUsd: large?.response.usd ?? null,
  };
  if (shadow === undefined || small === undefined || large === undefined) return judged;
  const same = large.verdict.passed ? agree(request, small.response, large.response) : undefined;
  return { ...judged, small: judged.small ?? same ?? null, large: judged.large ?? large.verdict.passed };
}
