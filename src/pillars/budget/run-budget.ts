import type { ResolvedBudget } from '../../contract/budget.ts';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import { chargedNothing } from './charged-nothing.ts';
import type { PriceBook } from './price/index.ts';
import { DEFAULT_OUTPUT_TOKENS, type Reservation, reserve } from './reservation.ts';
import { committed, remaining, spending } from './spending.ts';
import { estimateTokens } from './tokens/index.ts';

export type RunBudgetParts = {
  prices: Pick<PriceBook, 'priceOf' | 'worstCase'>;
  /** Of a prompt and the tools that are offered with it. Default: {@link estimateTokens}. */
  estimate?: (request: Pick<ModelRequest, 'prompt' | 'tools'>) => Promise<number>;
};

/**
 * Sets the worst case of each attempt aside before it starts, and settles it after. An attempt that may have
 * cost something costs its whole reservation; so does one that a crash left open.
 *
 * @throws BulkheadError `budget_exceeded` or `unknown_price`; both end the run
 */
export function runBudget({
  prices,
  estimate = estimateRequest,
}: RunBudgetParts): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'budget',
    async handle(call, next) {
      const { step, model, attempt } = call;
      chargeLostAttempts(call);
      const promptTokens = await estimate(call.request);
      // From here to the record nothing waits: calls side by side see each other's reservations.
      const reservation = reservationOf(call, promptTokens, prices);
      step.record({
        meta: {
          kind: 'model.started',
          key: step.key,
          attempt,
          model,
          reservedTokens: reservation.tokens,
          reservedUsd: reservation.usd,
        },
      });
      try {
        await step.durable();
        const request = { ...call.request, maxOutputTokens: reservation.maxOutputTokens };
        const response = await next({ ...call, request });
        return { ...response, usd: usdOf(response, call, reservation, prices) };
      } catch (error) {
        const charge = chargedNothing(error) ? { tokens: 0, usd: 0 } : reservation;
        recordAttempt(call, attempt, serializeError(error).code, charge);
        throw error;
      }
    },
  };
}

function estimateRequest({ prompt, tools = [] }: Pick<ModelRequest, 'prompt' | 'tools'>): Promise<number> {
  return estimateTokens(
    prompt,
    tools.map(({ name, description, inputSchema }) => ({ type: 'function', name, description, inputSchema })),
  );
}

function chargeLostAttempts(call: ModelCall): void {
  const open = new Map<number, { tokens: number; usd: number }>();
  for (const { meta } of call.step.entries) {
    if (meta.kind === 'model.started')
      open.set(meta.attempt, { tokens: meta.reservedTokens, usd: meta.reservedUsd });
    if (meta.kind === 'model.attempted') open.delete(meta.attempt);
  }
  for (const [attempt, charge] of open) recordAttempt(call, attempt, 'lost', charge);
}

function recordAttempt(
  { step, model }: ModelCall,
  attempt: number,
  code: string,
  { tokens, usd }: { tokens: number; usd: number },
): void {
  step.record({ meta: { kind: 'model.attempted', key: step.key, attempt, model, code, tokens, usd } });
}

function reservationOf(call: ModelCall, promptTokens: number, prices: RunBudgetParts['prices']): Reservation {
  const { budget, model, request, step } = call;
  const state = step.views.of(spending);
  const reservation = reserve({
    promptTokens,
    wanted: request.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS,
    left: remaining(state, budget),
    worstCase: (maxOutputTokens) =>
      priced(budget, () => prices.worstCase({ model, inputTokens: promptTokens, maxOutputTokens }).usd),
  });
  if (typeof reservation === 'string')
    throw budgetExceeded(reservation, committed(state)[reservation], budget);
  return reservation;
}

/** A price, or 0 where it is unknown and no budget depends on it. */
function priced(budget: ResolvedBudget, price: () => number): number {
  try {
    return price();
  } catch (error) {
    if (!BulkheadError.isInstance(error) || error.code !== 'unknown_price') throw error;
    if (budget.usd === null) return 0;
    throw new BulkheadError({
      code: error.code,
      message: error.message,
      denied: true,
      endsRun: true,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}

function usdOf(
  { usage }: ModelResponse,
  { model, budget }: ModelCall,
  reservation: Reservation,
  prices: RunBudgetParts['prices'],
): number {
  try {
    return prices.priceOf({ model, usage }).usd;
  } catch {
    // The answer is there and paid for: a price that cannot be worked out must not cost it.
    return budget.usd === null ? 0 : reservation.usd;
  }
}

function budgetExceeded(unit: 'tokens' | 'usd', spent: number, budget: ResolvedBudget): BulkheadError {
  const limit = budget[unit] ?? 0;
  const amount = (value: number) => (unit === 'usd' ? `$${value.toFixed(4)}` : `${value} tokens`);
  return new BulkheadError({
    code: 'budget_exceeded',
    message: `The next model call does not fit into the run's budget: ${amount(spent)} of ${amount(limit)} are spent or set aside. Raise budget.${unit}, or give the run less to do.`,
    status: 402,
    denied: true,
    endsRun: true,
    details: { unit, spent, limit },
  });
}
