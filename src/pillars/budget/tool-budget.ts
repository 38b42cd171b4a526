import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import { amountOf, limitReached } from './budget-exceeded.ts';
import { beforeLastTurn } from './last-turn.ts';
import { nanoUsd } from './spend/nano-usd.ts';
import { committed, remaining, spending } from './spending.ts';

/**
 * Denies the attempt of a tool call whose declared cost does not fit into the dollars that are left. The ledger
 * below writes the cost down with the start of the attempt. Undoing a call is never denied.
 *
 * @throws BulkheadError `budget_exceeded`; it ends the run, unless its agent may answer once more
 */
export function toolBudget(): Middleware<ToolCall, ToolResult> {
  return {
    name: 'budget',
    async handle(call, next) {
      const { cost = 0, name } = call.tool;
      const { usd } = call.budget;
      if (cost === 0 || usd === null || call.compensates !== undefined) return next(call);
      const { key } = call.step;
      const state = call.step.views.of(spending);
      const limit = beforeLastTurn(call.budget);
      if (nanoUsd(remaining(state, limit).usd ?? 0) < nanoUsd(cost)) {
        const spent = committed(state).usd;
        throw limitReached(
          {
            message: `A call of "${name}" costs ${amountOf('usd', cost)} and does not fit into the run's budget: ${amountOf('usd', spent)} of ${amountOf('usd', limit.usd ?? 0)} are spent or set aside. Raise budget.usd, or give the run less to do.`,
            details: { unit: 'usd', spent, limit: limit.usd },
          },
          call,
        );
      }
      // Set aside until the attempt is written down: a person may be asked about an earlier one first.
      state.admitted.set(key, cost);
      try {
        return await next(call);
      } finally {
        state.admitted.delete(key);
      }
    },
  };
}
