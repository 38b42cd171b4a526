import type { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import { amountOf, limitReached } from './budget-exceeded.ts';
import type { NoRoom } from './reservation.ts';

/**
 * The error of a model call that does not fit into its run's budget: because too much of that is spent, or because
 * the prompt by itself is longer than all of it, which asking again does not mend.
 *
 * @param budget.spent or set aside, of the limit that does not hold the call
 */
export function noRoom(
  { limit: unit, least }: NoRoom,
  { spent, limit, call }: { spent: number; limit: number; call: ModelCall },
): BulkheadError {
  const mayFollow = call.request.lastTurn ? undefined : call;
  const details = { unit, spent, limit };
  if (least > limit && (unit === 'tokens' || unit === 'inputTokens')) {
    return limitReached(
      {
        code: 'prompt_exceeds_budget',
        message: `The prompt with the shortest answer takes about ${amountOf(unit, least)}, and a whole run of "${call.run.agent}" may spend ${amountOf(unit, limit)} (budget.${unit}). Shorten the prompt, or ask an agent whose definition has a higher budget.${unit}.`,
        status: 413,
        details: { ...details, needed: least },
      },
      mayFollow,
    );
  }
  return limitReached(
    {
      message: `The next model call does not fit into the run's budget: ${amountOf(unit, spent)} of ${amountOf(unit, limit)} are spent or set aside. Raise budget.${unit}, or give the run less to do.`,
      details,
    },
    mayFollow,
  );
}
