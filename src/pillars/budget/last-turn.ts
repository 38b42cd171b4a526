import type { ResolvedBudget } from '../../contract/budget.ts';

/** Of each limit a tenth is set aside for the last turn; of tokens no more than make a short answer and its prompt. */
const PART = 0.1;
const MOST_TOKENS = 2_000;

/**
 * What a run may spend before its last turn. Where its agent answers once more when the budget is spent, a part of
 * each limit is kept for that from the start, so that the limits hold for both together.
 *
 * @example
 * beforeLastTurn({ ...DEFAULT_BUDGET, usd: 1, whenSpent: 'partial' }); // usd 0.9, tokens 98_000, modelCalls 49
 */
export function beforeLastTurn(budget: ResolvedBudget): ResolvedBudget {
  if (budget.whenSpent !== 'partial') return budget;
  const { usd, tokens, inputTokens, outputTokens, modelCalls } = budget;
  return {
    ...budget,
    usd: usd === null ? null : usd * (1 - PART),
    tokens: tokens - lastTurnTokens(tokens),
    ...(inputTokens === undefined ? {} : { inputTokens: inputTokens - lastTurnTokens(inputTokens) }),
    ...(outputTokens === undefined ? {} : { outputTokens: outputTokens - lastTurnTokens(outputTokens) }),
    // Of one call nothing can be kept.
    modelCalls: modelCalls > 1 ? modelCalls - 1 : modelCalls,
  };
}

/** Tokens of a limit that are kept for the last turn. */
function lastTurnTokens(tokens: number): number {
  return Math.min(MOST_TOKENS, Math.floor(tokens * PART));
}
