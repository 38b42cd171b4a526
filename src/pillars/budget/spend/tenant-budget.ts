import { BulkheadError } from '../../../contract/errors.ts';
import type { ModelCall, ToolCall, ToolResult } from '../../../contract/gateway-call.ts';
import type { Middleware, Next } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { aPeriod } from '../../../contract/spend.ts';
import { whenSuspended } from '../../../contract/when-suspended.ts';
import { type BatchedAttempt, batchedAttempt } from '../batched-attempt.ts';
import { amountOf } from '../budget-exceeded.ts';
import { beforeLastTurn } from '../last-turn.ts';
import { estimatePrompt, type PromptEstimate, promptTokensOf } from '../prompt-estimate.ts';
import { DEFAULT_OUTPUT_TOKENS, type Reservation, reserve } from '../reservation.ts';
import type { RunBudgetParts } from '../run-budget.ts';
import { remaining, spending } from '../spending.ts';
import { unpriced } from '../unpriced.ts';
import { nanoUsdAtMost, usdOf } from './nano-usd.ts';
import type { SpendLedger, Spent } from './spend-ledger.ts';
import type { Needs, SpendLimit } from './spend-limit.ts';
import type { SpendLimits } from './spend-limits.ts';
import { ownerOf, showOwner } from './spend-owner.ts';

export type TenantBudgetParts = {
  limits: Pick<SpendLimits, 'of'>;
  ledger: Pick<SpendLedger, 'hold' | 'giveBack'>;
  prices: RunBudgetParts['prices'];
  estimate?: PromptEstimate;
};

/**
 * Sets the worst case of each attempt aside from what the tenant, the agent and the API key may spend in the hour, the day and
 * the month, and settles it after. What the run's own budget refuses costs nothing here.
 *
 * @throws BulkheadError `budget_exceeded`, with the period and when it renews, or `unknown_price`; both end the run.
 * Under a limit whose runs wait the run waits until the period ends.
 */
export function tenantModelBudget({
  limits,
  ledger,
  prices,
  estimate = estimatePrompt,
}: TenantBudgetParts): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'tenant-budget',
    async handle(call, next) {
      const applying = await limits.of(call.run, call.signal);
      if (applying.length === 0) return next(call);
      const batched = batchedAttempt(call);
      if (batched !== undefined) return goOn(call, next, batched, applying, ledger);
      const reservation = worstCase(call, await promptTokensOf(call, estimate), applying, prices);
      // The run's own budget, below, says why it does not fit.
      if (reservation === undefined) return next(call);
      const needs = { nano_usd: nanoUsdAtMost(reservation.usd), tokens: reservation.tokens };
      const { maxOutputTokens } = reservation;
      const hold = await holdOrWait(call, applying, needs, ledger);
      // A run that waits for a batch outlives this worker's memory: it is charged the worst case until it is known.
      const step = whenSuspended(call.step, () => hold.settle(needs));
      try {
        const response = await next({ ...call, step, request: { ...call.request, maxOutputTokens } });
        hold.settle(costOf(response, needs));
        return response;
      } catch (error) {
        hold.settle(chargeOf(call, needs));
        throw error;
      }
    },
  };
}

/** An attempt that was charged in full when it went into a batch: what it did not cost is given back. */
async function goOn(
  call: ModelCall,
  next: Next<ModelCall, ModelResponse>,
  { reservation, since }: BatchedAttempt,
  limits: readonly SpendLimit[],
  ledger: Pick<SpendLedger, 'giveBack'>,
): Promise<ModelResponse> {
  const needs = { nano_usd: nanoUsdAtMost(reservation.usd), tokens: reservation.tokens };
  const settle = (costs: Needs) => {
    const left = { nano_usd: needs.nano_usd - costs.nano_usd, tokens: needs.tokens - costs.tokens };
    ledger.giveBack(limits, left, since);
  };
  try {
    const response = await next(call);
    settle(costOf(response, needs));
    return response;
  } catch (error) {
    settle(chargeOf(call, needs));
    throw error;
  }
}

function costOf({ usage, usd }: ModelResponse, needs: Needs): Needs {
  return {
    nano_usd: usd === undefined ? needs.nano_usd : nanoUsdAtMost(usd),
    tokens: usage.inputTokens + usage.outputTokens,
  };
}

/** As {@link tenantModelBudget}, for the declared cost of a tool call. Undoing a call is never denied. */
export function tenantToolBudget({
  limits,
  ledger,
}: {
  limits: Pick<SpendLimits, 'of'>;
  ledger: Pick<SpendLedger, 'hold'>;
}): Middleware<ToolCall, ToolResult> {
  return {
    name: 'tenant-budget',
    async handle(call, next) {
      const { cost = 0 } = call.tool;
      if (cost === 0 || call.compensates !== undefined) return next(call);
      const applying = (await limits.of(call.run, call.signal)).filter(({ unit }) => unit === 'nano_usd');
      if (applying.length === 0) return next(call);
      const needs = { nano_usd: nanoUsdAtMost(cost), tokens: 0 };
      const before = startsOf(call);
      const hold = await holdOrWait(call, applying, needs, ledger);
      try {
        return await next(call);
      } finally {
        hold.settle({ nano_usd: needs.nano_usd * (startsOf(call) - before), tokens: 0 });
      }
    },
  };
}

function startsOf({ step }: ToolCall): number {
  return step.entries.filter(({ meta }) => meta.kind === 'tool.started').length;
}

async function holdOrWait(
  call: ModelCall | ToolCall,
  limits: readonly SpendLimit[],
  needs: Needs,
  ledger: Pick<SpendLedger, 'hold'>,
) {
  const { step, signal } = call;
  const hold = await ledger.hold(limits, needs, { now: () => step.now(), signal });
  if (hold.held) return hold;
  // Whoever waits for an answer on the line is told that there is none.
  const mayWait = !('atOnce' in call && call.atOnce);
  if (hold.limit.whenSpent === 'wait' && mayWait) return step.suspend({ for: 'budget' }, hold.ends);
  throw spent(hold, needs);
}

/** The attempt's worst case; undefined where the run's own budget does not hold it. */
function worstCase(
  call: ModelCall,
  promptTokens: number,
  limits: readonly SpendLimit[],
  prices: RunBudgetParts['prices'],
): Reservation | undefined {
  const { model, request, service, step } = call;
  const budget = request.lastTurn ? call.budget : beforeLastTurn(call.budget);
  const served = service === undefined ? {} : { service };
  const reservation = reserve({
    promptTokens,
    wanted: request.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS,
    left: remaining(step.views.of(spending), budget),
    worstCase: (maxOutputTokens) => {
      try {
        return prices.worstCase({ model, inputTokens: promptTokens, maxOutputTokens, ...served }).usd;
      } catch (error) {
        if (!BulkheadError.isInstance(error) || error.code !== 'unknown_price') throw error;
        if (limits.some(({ unit }) => unit === 'nano_usd')) throw unpriced(error);
        return 0;
      }
    },
  });
  return 'limit' in reservation ? undefined : reservation;
}

/** What the run's budget charged for an attempt that failed: nothing where it did not begin, all where nobody knows. */
function chargeOf({ step, attempt }: ModelCall, needs: Needs): Needs {
  let charge: Needs = { nano_usd: 0, tokens: 0 };
  for (const { meta } of step.entries) {
    if (meta.kind === 'model.started' && meta.attempt === attempt) charge = needs;
    if (meta.kind === 'model.attempted' && meta.attempt === attempt)
      charge = { nano_usd: nanoUsdAtMost(meta.usd), tokens: meta.tokens };
  }
  return charge;
}

function spent({ limit, ends, taken }: Spent, needs: Needs): BulkheadError {
  const { agent, period, unit, amount } = limit;
  const value = (stored: number) => (unit === 'tokens' ? stored : usdOf(stored));
  const shown = (stored: number) => amountOf(unit === 'tokens' ? 'tokens' : 'usd', value(stored));
  const renewsAt = new Date(ends).toISOString();
  const owner = ownerOf(agent);
  const whose = showOwner(owner).replace(/^t/, 'T');
  return new BulkheadError({
    code: 'budget_exceeded',
    message: `${whose} may spend ${shown(amount)} ${aPeriod(period)}, and ${shown(taken)} of it are spent or set aside: the next call, ${shown(needs[unit])} at most, does not fit. It renews at ${renewsAt}; an operator may raise it (\`bulkhead budgets set\`).`,
    status: 402,
    denied: true,
    endsRun: true,
    details: {
      scope: Object.keys(owner)[0] ?? 'tenant',
      ...owner,
      period,
      unit: unit === 'tokens' ? 'tokens' : 'usd',
      limit: value(amount),
      spent: value(taken),
      renewsAt,
    },
  });
}
