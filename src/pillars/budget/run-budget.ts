import { billedUsage } from '../../contract/billed.ts';
import type { ResolvedBudget } from '../../contract/budget.ts';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { neverSent } from '../../contract/never-sent.ts';
import { batchedAttempt } from './batched-attempt.ts';
import { chargedNothing } from './charged-nothing.ts';
import { beforeLastTurn } from './last-turn.ts';
import { noRoom } from './no-room.ts';
import type { PriceBook } from './price/index.ts';
import { estimatePrompt, type PromptEstimate, promptTokensOf } from './prompt-estimate.ts';
import { DEFAULT_OUTPUT_TOKENS, type Reservation, reserve } from './reservation.ts';
import { committed, remaining, spending } from './spending.ts';
import { unpriced } from './unpriced.ts';

export type RunBudgetParts = {
  prices: Pick<PriceBook, 'priceOf' | 'worstCase'>;
  /** Of a prompt and the tools that are offered with it. Default: {@link estimatePrompt}. */
  estimate?: PromptEstimate;
};

/**
 * Sets the worst case of each attempt aside before it starts, and settles it after. An attempt that may have
 * cost something costs its whole reservation where nobody says what; so does one that a crash left open.
 *
 * @throws BulkheadError `budget_exceeded`, `prompt_exceeds_budget` or `unknown_price`; they end the run, unless its agent may answer once more
 */
export function runBudget({
  prices,
  estimate = estimatePrompt,
}: RunBudgetParts): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'budget',
    async handle(call, next) {
      const { step, attempt } = call;
      const standing = batchedAttempt(call)?.reservation;
      chargeLostAttempts(call, standing === undefined ? undefined : attempt);
      const promptTokens = standing?.inputTokens ?? (await promptTokensOf(call, estimate));
      // From here to the record nothing waits: calls side by side see each other's reservations.
      const reservation = standing ?? begin(call, promptTokens, prices);
      try {
        await step.durable();
        if (call.signal.aborted) throw neverSent(call.signal.reason);
        const request = { ...call.request, maxOutputTokens: reservation.maxOutputTokens };
        const response = await next({ ...call, request });
        return { ...response, ...costOf(response, call, reservation, prices) };
      } catch (error) {
        recordAttempt(call, attempt, serializeError(error).code, chargeOf(error, call, reservation, prices));
        throw error;
      }
    },
  };
}

function begin(call: ModelCall, promptTokens: number, prices: RunBudgetParts['prices']): Reservation {
  const { step, model, attempt } = call;
  const reservation = reservationOf(call, promptTokens, prices);
  step.record({
    meta: {
      kind: 'model.started',
      key: step.key,
      attempt,
      model,
      reservedTokens: reservation.tokens,
      reservedInputTokens: reservation.inputTokens,
      reservedUsd: reservation.usd,
    },
  });
  return reservation;
}

type Charge = { tokens: number; inputTokens?: number | undefined; usd: number };

/** @param standing the attempt that goes on */
function chargeLostAttempts(call: ModelCall, standing: number | undefined): void {
  const open = new Map<number, Charge & { model: string }>();
  for (const { meta } of call.step.entries) {
    if (meta.kind === 'model.started') {
      const { attempt, model, reservedTokens, reservedInputTokens, reservedUsd } = meta;
      open.set(attempt, {
        model,
        tokens: reservedTokens,
        inputTokens: reservedInputTokens,
        usd: reservedUsd,
      });
    }
    if (meta.kind === 'model.attempted') open.delete(meta.attempt);
  }
  for (const [attempt, { model, ...charge }] of open)
    if (attempt !== standing) recordAttempt({ ...call, model }, attempt, 'lost', charge);
}

function recordAttempt(
  { step, model }: ModelCall,
  attempt: number,
  code: string,
  { tokens, inputTokens, usd }: Charge,
): void {
  step.record({
    meta: {
      kind: 'model.attempted',
      key: step.key,
      attempt,
      model,
      code,
      tokens,
      ...(inputTokens === undefined ? {} : { inputTokens }),
      usd,
    },
  });
}

function reservationOf(call: ModelCall, promptTokens: number, prices: RunBudgetParts['prices']): Reservation {
  const { model, request, step, service } = call;
  const budget = request.lastTurn ? call.budget : beforeLastTurn(call.budget);
  const state = step.views.of(spending);
  const reservation = reserve({
    promptTokens,
    wanted: request.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS,
    left: remaining(state, budget),
    worstCase: (maxOutputTokens) =>
      priced(
        budget,
        () =>
          prices.worstCase({
            model,
            inputTokens: promptTokens,
            maxOutputTokens,
            ...(service === undefined ? {} : { service }),
          }).usd,
      ),
  });
  if (!('limit' in reservation)) return reservation;
  const spent = committed(state)[reservation.limit];
  throw noRoom(reservation, { spent, limit: budget[reservation.limit] ?? 0, call });
}

/** A price, or 0 where it is unknown and no budget depends on it. */
function priced(budget: ResolvedBudget, price: () => number): number {
  try {
    return price();
  } catch (error) {
    if (!BulkheadError.isInstance(error) || error.code !== 'unknown_price') throw error;
    if (budget.usd === null) return 0;
    throw unpriced(error);
  }
}

/** Of a failed attempt: nothing, or what it was billed, or all that was set aside where nobody knows. */
function chargeOf(
  error: unknown,
  call: ModelCall,
  reservation: Reservation,
  prices: RunBudgetParts['prices'],
): Charge {
  if (chargedNothing(error)) return { tokens: 0, inputTokens: 0, usd: 0 };
  const usage = billedUsage(error);
  if (usage === undefined) return reservation;
  const { inputTokens, outputTokens } = usage;
  const { usd = reservation.usd } = costOf({ usage }, call, reservation, prices);
  return { tokens: inputTokens + outputTokens, inputTokens, usd };
}

function costOf(
  { usage, service: served }: Pick<ModelResponse, 'usage' | 'service'>,
  { model, service = served }: ModelCall,
  reservation: Reservation,
  prices: RunBudgetParts['prices'],
): Pick<ModelResponse, 'usd' | 'price'> {
  try {
    const { usd, ...price } = prices.priceOf({ model, usage, ...(service === undefined ? {} : { service }) });
    return { usd, price };
  } catch {
    // The answer is there and paid for: a price that cannot be worked out must not cost it.
    return { usd: reservation.usd };
  }
}
