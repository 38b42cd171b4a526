import type { ModelCall } from '../../../contract/gateway-call.ts';
import { chargedNothing } from '../charged-nothing.ts';
import { nanoUsdAtMost } from './nano-usd.ts';
import type { TenantBudgetParts } from './tenant-budget.ts';

/** @param usd undefined: the price is unknown */
type Worst = { tokens: number; usd: number | undefined };
type Cost = { tokens: number; usd: number };

/**
 * Asks for embeddings within what the tenant, the agent and the API key may spend. Nothing is waited for and no run
 * fails: whoever asks can do without the answer.
 *
 * @returns a function whose promise is undefined where a budget does not hold the worst case, or its price is unknown
 * under a budget in dollars
 * @example
 * const spend = embeddingBudget({ limits, ledger });
 * await spend(call, { tokens: 40, usd: 0.0000008 }, () => embed(text)); // { tokens: 9, usd: 0.00000018, … }
 */
export function embeddingBudget({
  limits,
  ledger,
}: {
  limits: TenantBudgetParts['limits'];
  ledger: Pick<TenantBudgetParts['ledger'], 'hold'>;
}): <Answer extends Cost>(
  call: ModelCall,
  worst: Worst,
  ask: () => Promise<Answer>,
) => Promise<Answer | undefined> {
  return async ({ run, step, signal }, worst, ask) => {
    const applying = await limits.of(run, signal);
    if (applying.length === 0) return ask();
    if (worst.usd === undefined && applying.some(({ unit }) => unit === 'nano_usd')) return undefined;
    const needs = { nano_usd: nanoUsdAtMost(worst.usd ?? 0), tokens: worst.tokens };
    // The journal says what it cost only once the whole call has ended, and not where it fails.
    const options = { now: () => step.now(), signal, patience: 0, isJournaled: false };
    const hold = await ledger.hold(applying, needs, options);
    if (!hold.held) return undefined;
    try {
      const answer = await ask();
      hold.settle({ nano_usd: nanoUsdAtMost(answer.usd), tokens: answer.tokens });
      return answer;
    } catch (error) {
      hold.settle(chargedNothing(error) ? { nano_usd: 0, tokens: 0 } : needs);
      throw error;
    }
  };
}
