import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { neverSent } from '../../../contract/never-sent.ts';
import type { Views } from '../../../contract/view.ts';
import { whenSuspended } from '../../../contract/when-suspended.ts';
import { beforeLastTurn } from '../last-turn.ts';
import { estimatePrompt, promptTokensOf } from '../prompt-estimate.ts';
import { DEFAULT_OUTPUT_TOKENS } from '../reservation.ts';
import type { RunBudgetParts } from '../run-budget.ts';
import { spending } from '../spending.ts';
import { RunRoom } from './run-room.ts';

/**
 * Lets calls of one run that are side by side wait for each other rather than for a budget that is not spent: each
 * sets aside the longest answer that it may get, and gives back most of it.
 */
export function budgetRoom({
  prices,
  estimate = estimatePrompt,
}: RunBudgetParts): Middleware<ModelCall, ModelResponse> {
  const rooms = new WeakMap<Views, RunRoom>();
  return {
    name: 'budget-room',
    async handle(call, next) {
      // A client's chat is one call.
      if (call.atOnce) return next(call);
      const { step, signal } = call;
      const room = rooms.get(step.views) ?? new RunRoom();
      rooms.set(step.views, room);
      const amount = mostOf(call, await promptTokensOf(call, estimate), prices);
      const budget = call.request.lastTurn ? call.budget : beforeLastTurn(call.budget);
      const journal = { spending: () => step.views.of(spending), changed: () => step.changed() };
      await room.enter({ key: step.key, amount, budget, ...journal, signal }).catch((reason: unknown) => {
        throw neverSent(reason);
      });
      try {
        return await next({ ...call, step: whenSuspended(step, () => room.forget(step.key)) });
      } finally {
        room.leave(step.key);
      }
    },
  };
}

function mostOf(
  { model, request, service }: ModelCall,
  inputTokens: number,
  prices: RunBudgetParts['prices'],
) {
  const outputTokens = request.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS;
  const served = service === undefined ? {} : { service };
  let usd = 0;
  try {
    usd = prices.worstCase({ model, inputTokens, maxOutputTokens: outputTokens, ...served }).usd;
  } catch {
    // The budget below says what an unknown price means.
  }
  return { tokens: inputTokens + outputTokens, inputTokens, outputTokens, usd };
}
