import type { Budget, ResolvedBudget } from '../../../contract/budget.ts';
import { milliseconds } from '../../../contract/duration.ts';

/** A budget of which any limit may be absent. */
type BudgetWish = { [Limit in keyof Budget]: Budget[Limit] | undefined };

/** Limits that a definition need not have. */
const OPTIONAL = ['inputTokens', 'outputTokens', 'toolCalls'] as const;

/**
 * The limits of a run: the definition's, each lowered to what the caller asked for where that is less. What happens
 * when they are spent the definition says alone.
 *
 * @example
 * lowerBudget({ ...DEFAULT_BUDGET, usd: 1 }, { usd: 5, tokens: 10 }); // usd 1, tokens 10
 * @throws BulkheadError `invalid_duration`
 */
export function lowerBudget(limits: ResolvedBudget, asked: BudgetWish): ResolvedBudget {
  const lower = (limit: number, wish: number | undefined) => Math.min(limit, wish ?? limit);
  const lowered: ResolvedBudget = {
    ...limits,
    usd: limits.usd === null ? (asked.usd ?? null) : lower(limits.usd, asked.usd),
    tokens: lower(limits.tokens, asked.tokens),
    modelCalls: lower(limits.modelCalls, asked.modelCalls),
    toolCallsPerTurn: lower(limits.toolCallsPerTurn, asked.toolCallsPerTurn),
    time: lower(limits.time, asked.time === undefined ? undefined : milliseconds(asked.time)),
  };
  for (const limit of OPTIONAL) {
    const wish = asked[limit];
    if (wish !== undefined) lowered[limit] = lower(limits[limit] ?? wish, wish);
  }
  return lowered;
}
