import type { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import { amountOf, limitReached } from './budget-exceeded.ts';
import type { NoRoom } from './reservation.ts';

/**
 * The error of a model call that does not fit into its run's budget: because too much of that is spent, or because
 * the prompt by itself is longer than all that its definition allows a run, which asking again does not mend. A run
 * that was given less, as a child of one that has spent its part, is told that its budget is spent.
 *
 * @param budget.spent or set aside, of the limit that does not hold the call
 */
export function noRoom(
  { limit: unit, least }: NoRoom,
  { spent, limit, call }: { spent: number; limit: number; call: ModelCall },
): BulkheadError {
  const mayFollow = call.request.lastTurn ? undefined : call;
  const whole = isLength(unit) ? call.definition.budget[unit] : undefined;
  if (whole !== undefined && least > whole) {
    return limitReached(
      {
        code: 'prompt_exceeds_budget',
        message: `The prompt with the shortest answer takes about ${amountOf(unit, least)}, and a whole run of "${call.run.agent}" may spend ${amountOf(unit, whole)} (budget.${unit}). Shorten the prompt, or ask an agent whose definition has a higher budget.${unit}.`,
        status: 413,
        details: { unit, spent, limit, needed: least },
      },
      mayFollow,
    );
  }
  return limitReached(
    {
      message: `The next model call does not fit into the run's budget: ${amountOf(unit, spent)} of ${amountOf(unit, limit)} are spent or set aside. Raise budget.${unit}, or give the run less to do.`,
      details: { unit, spent, limit },
    },
    mayFollow,
  );
}

/** Limits that a long prompt alone may pass. */
function isLength(unit: NoRoom['limit']): unit is 'tokens' | 'inputTokens' {
  return unit === 'tokens' || unit === 'inputTokens';
}
