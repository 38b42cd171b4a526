import { BulkheadError } from '../../../contract/errors.ts';
import type { PriceFacts, Service } from '../../../contract/price.ts';
import type { TokenUsage } from '../../../contract/usage.ts';
import { type Catalogue, loadCatalogue } from './catalogue.ts';
import { checkOverrides, overrideOf, type PriceOverride, type PriceOverrides } from './price-override.ts';
import { serviceMultiplier } from './service-multiplier.ts';

/** A price in US dollars, and by what it was worked out. */
export type Price = { usd: number } & PriceFacts;

/** What model calls cost. */
export type PriceBook = {
  /**
   * What a call cost.
   *
   * @param call.model the full name, `'provider/model'`
   * @param call.service how it was served. Default: the provider's standard way
   * @throws BulkheadError `unknown_price`; the caller decides whether that matters
   */
  priceOf(call: { model: string; usage: TokenUsage; service?: Service }): Price;
  /**
   * The most that a call can cost, for a reservation: every output token is used, and the input is read anew or
   * written to the cache, whichever costs more.
   *
   * @throws BulkheadError `unknown_price`
   */
  worstCase(call: { model: string; inputTokens: number; maxOutputTokens: number; service?: Service }): Price;
};

const free = /^(local$|ollama\/)/;

/**
 * The prices of `@pydantic/genai-prices` (tiers by length and prices that change on a date included), under the
 * operator's own, times what batches and the providers' tiers of service cost. The catalogue takes 40 ms to load,
 * hence the promise.
 *
 * @param options.now milliseconds since the epoch: some prices change on a date
 * @throws BulkheadError `invalid_price`
 * @example
 * const prices = await loadPriceBook({ overrides: { 'openai-compatible/mine': { inputPerMillion: 1, outputPerMillion: 2 } } });
 * prices.priceOf({ model: 'openai/gpt-5-mini', usage }).usd; // 0.00045
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
  const priceOf: PriceBook['priceOf'] = ({ model, usage, service }) => {
    checkUsage(usage);
    const at = now();
    const override = overrideOf(overrides, model, at);
    const standard = standardPrice(model, usage, override, catalogue, at);
    return times(standard, (override?.multiplier ?? 1) * serviceMultiplier(model, service));
  };
  return {
    priceOf,
    worstCase: ({ model, inputTokens, maxOutputTokens: outputTokens, service }) => {
      const served = service === undefined ? {} : { service };
      const usage = {
        inputTokens,
        outputTokens,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
      };
      const read = priceOf({ model, usage, ...served });
      // To write to a cache costs nothing of its own with most providers.
      if ((read.cacheWritePerMillion ?? 0) <= (read.inputPerMillion ?? 0)) return read;
      const written = priceOf({ model, usage: { ...usage, cacheWriteTokens: inputTokens }, ...served });
      return written.usd > read.usd ? written : read;
    },
  };
}

function standardPrice(
  model: string,
  usage: TokenUsage,
  override: PriceOverride | undefined,
  catalogue: Catalogue,
  now: number,
): Price {
  if (override?.inputPerMillion !== undefined) return byOverride(override, usage);
  if (free.test(model)) return { usd: 0, source: 'declared' };
  const published = catalogue.priceOf(model, usage, new Date(now));
  if (published === undefined) {
    throw new BulkheadError({
      code: 'unknown_price',
      message:
        `The price of "${model}" is unknown, and a model of unknown price is not free. Declare it in the models ` +
        'file that BULKHEAD_MODELS names (prices: inputPerMillion, outputPerMillion), or take the usd limit off the budget.',
      details: { model },
    });
  }
  return { ...published, source: override === undefined ? 'catalogue' : 'override' };
}

function times(price: Price, multiplier: number): Price {
  return multiplier === 1 ? price : { ...price, usd: price.usd * multiplier, multiplier };
}

function byOverride(
  { inputPerMillion = 0, outputPerMillion = 0, cacheReadPerMillion, cacheWritePerMillion }: PriceOverride,
  { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: TokenUsage,
): Price {
  const read = Math.min(cacheReadTokens, inputTokens);
  const written = Math.min(cacheWriteTokens, inputTokens - read);
  const millionths =
    (inputTokens - read - written) * inputPerMillion +
    read * (cacheReadPerMillion ?? inputPerMillion) +
    written * (cacheWritePerMillion ?? inputPerMillion) +
    outputTokens * outputPerMillion;
  return {
    usd: millionths / 1_000_000,
    source: 'override',
    inputPerMillion,
    outputPerMillion,
    ...(cacheReadPerMillion === undefined ? {} : { cacheReadPerMillion }),
    ...(cacheWritePerMillion === undefined ? {} : { cacheWritePerMillion }),
  };
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
