import type { ModelPrice } from '@pydantic/genai-prices';
import type { TokenUsage } from '../../../contract/usage.ts';

const MILLION = 1_000_000;

/**
 * US dollars by rates that are the same whatever the length of the prompt: one price a kind of token. The catalogue's
 * own reckoning checks the units of a price anew each time, which takes twenty times as long.
 *
 * @param usage `inputTokens` include those that were read from and written to a cache
 * @returns undefined where a rate has tiers, or stands for anything but tokens
 * @example
 * plainPrice({ input_mtok: 0.25, output_mtok: 2 }, usage); // 0.00045
 */
export function plainPrice(
  price: ModelPrice,
  { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Omit<TokenUsage, 'reasoningTokens'>,
): number | undefined {
  const { input_mtok: input, output_mtok: output, cache_read_mtok: read, cache_write_mtok: write } = price;
  let named = 0;
  for (const rate of Object.values(price)) if (rate !== undefined) named += 1;
  let known = 0;
  for (const rate of [input, output, read, write]) {
    if (rate === undefined) continue;
    if (typeof rate !== 'number') return undefined;
    known += 1;
  }
  if (named !== known || typeof input !== 'number' || typeof output !== 'number') return undefined;
  // What has no rate of its own is input like any other.
  const fromCache = typeof read === 'number' ? cacheReadTokens : 0;
  const toCache = typeof write === 'number' ? cacheWriteTokens : 0;
  const anew = inputTokens - fromCache - toCache;
  const cached = (fromCache * Number(read ?? 0) + toCache * Number(write ?? 0)) / MILLION;
  return (anew * input) / MILLION + cached + (outputTokens * output) / MILLION;
}
