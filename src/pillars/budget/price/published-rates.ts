import type { ModelPrice } from '@pydantic/genai-prices';
import type { PriceFacts } from '../../../contract/price.ts';

export type Rates = Omit<PriceFacts, 'source' | 'multiplier'>;

/** The catalogue's names of the rates that are recorded. */
const NAMES = {
  inputPerMillion: 'input_mtok',
  outputPerMillion: 'output_mtok',
  cacheReadPerMillion: 'cache_read_mtok',
  cacheWritePerMillion: 'cache_write_mtok',
} as const;

/**
 * The rates of a published price, US dollars per million tokens. Where they depend on the length of the prompt, the
 * tier that it falls into counts for all tokens, as the catalogue itself reckons.
 */
export function publishedRates(price: ModelPrice, inputTokens: number): Rates {
  const rates: Rates = {};
  for (const [name, published] of Object.entries(NAMES)) {
    const rate = price[published];
    if (rate === undefined) continue;
    rates[name as keyof typeof NAMES] =
      typeof rate === 'number'
        ? rate
        : (rate.tiers.findLast(({ start }) => inputTokens > start)?.price ?? rate.base);
  }
  return rates;
}
