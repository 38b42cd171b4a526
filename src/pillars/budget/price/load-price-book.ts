import { BulkheadError } from '../../../contract/errors.ts';
import type { TokenUsage } from '../../../contract/usage.ts';
import { type Catalogue, loadCatalogue } from './catalogue.ts';
import { checkOverrides, type PriceOverride, type PriceOverrides } from './price-override.ts';

/** A price in US dollars and who said so: the operator, the catalogue, or the kind of model (`local` costs nothing). */
export type Price = { usd: number; source: 'override' | 'catalogue' | 'declared' };

/** What model calls cost. */
export type PriceBook = {
  /**
   * What a call cost.
   *
   * @param call.model the full name, `'provider/model'`
   * @throws BulkheadError `unknown_price`; the caller decides whether that matters
   */
  priceOf(call: { model: string; usage: TokenUsage }): Price;
  /**
   * The most that a call can cost, for a reservation: every output token is used, and the input is read anew or
   * written to the cache, whichever costs more.
   *
   * @throws BulkheadError `unknown_price`
   */
  worstCase(call: { model: string; inputTokens: number; maxOutputTokens: number }): Price;
};

const free = /^(local$|ollama\/)/;

/**
 * The prices of `@pydantic/genai-prices` (tiers by length and prices that change on a date included), under the
 * operator's own. The catalogue takes 40 ms to load, hence the promise.
 *
 * @param options.now milliseconds since the epoch: some prices change on a date
 * @throws BulkheadError `invalid_price`
 * @example
 * const prices = await loadPriceBook({ overrides: { 'openai-compatible/mine': { inputPerMillion: 1, outputPerMillion: 2 } } });
 * prices.priceOf({ model: 'openai/gpt-5-mini', usage }); // { usd: 0.00045, source: 'catalogue' }
 */
export async function loadPriceBook({
  overrides = {},
  now = Date.now,
}: {
  overrides?: PriceOverrides;
  now?: () => number;
} = {}): Promise<PriceBook> {
  checkOverrides(overrides);
  const catalogue = await loadCatalogue();
  const priceOf: PriceBook['priceOf'] = ({ model, usage }) => {
    checkUsage(usage);
    return price(model, usage, overrides, catalogue, now());
  };
  return {
    priceOf,
    worstCase: ({ model, inputTokens, maxOutputTokens: outputTokens }) => {
      const usage = {
        inputTokens,
        outputTokens,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
      };
      const read = priceOf({ model, usage });
      const written = priceOf({ model, usage: { ...usage, cacheWriteTokens: inputTokens } });
      return written.usd > read.usd ? written : read;
    },
  };
}

function price(
  model: string,
  usage: TokenUsage,
  overrides: PriceOverrides,
  catalogue: Catalogue,
  now: number,
): Price {
  const override = Object.hasOwn(overrides, model) ? overrides[model] : undefined;
  if (override !== undefined) return { usd: byOverride(override, usage), source: 'override' };
  if (free.test(model)) return { usd: 0, source: 'declared' };
  const usd = catalogue.priceOf(model, usage, new Date(now));
  if (usd === undefined) {
    throw new BulkheadError({
      code: 'unknown_price',
      message:
        `The price of "${model}" is unknown, and a model of unknown price is not free. Declare it in the price ` +
        'overrides (inputPerMillion, outputPerMillion), or take the usd limit off the budget.',
      details: { model },
    });
  }
  return { usd, source: 'catalogue' };
}

function byOverride(
  override: PriceOverride,
  { inputTokens, outputTokens, cacheReadTokens }: TokenUsage,
): number {
  const cached = Math.min(cacheReadTokens, inputTokens);
  const cacheReadPerMillion = override.cacheReadPerMillion ?? override.inputPerMillion;
  return (
    ((inputTokens - cached) * override.inputPerMillion +
      cached * cacheReadPerMillion +
      outputTokens * override.outputPerMillion) /
    1_000_000
  );
}

function checkUsage(usage: TokenUsage): void {
  for (const [field, value] of Object.entries(usage)) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new BulkheadError({
      code: 'invalid_usage',
      message: `The count ${field} is ${value}, which is no number of tokens. Give 0 or more.`,
      details: { field },
    });
  }
}
