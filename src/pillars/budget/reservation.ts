import type { Left } from './spending.ts';

/** Output tokens that a call may have when its request does not say. */
export const DEFAULT_OUTPUT_TOKENS = 4_096;

/** Below this no answer is worth its prompt; it is also the least that OpenAI's interface takes. */
const LEAST_OUTPUT_TOKENS = 16;

/** The worst case of one attempt. */
export type Reservation = { maxOutputTokens: number; inputTokens: number; tokens: number; usd: number };

/** What does not fit: a limit, and how much of it the smallest answer would take. */
export type NoRoom = { limit: 'tokens' | 'inputTokens' | 'outputTokens' | 'usd'; least: number };

export type ReservationRequest = {
  promptTokens: number;
  /** Output tokens that the request asks for at most. */
  wanted: number;
  left: Left;
  /** US dollars at most, for so many output tokens. It grows with them. */
  worstCase: (maxOutputTokens: number) => number;
};

/**
 * The largest attempt that fits into what is left: the output is cut down before the call is refused.
 *
 * @example
 * reserve({ promptTokens: 120_000, wanted: 4_096, left: { tokens: 100_000, usd: null }, worstCase: () => 0 });
 * // { limit: 'tokens', least: 120_016 }
 */
export function reserve({ promptTokens, wanted, left, worstCase }: ReservationRequest): Reservation | NoRoom {
  const least = Math.min(wanted, LEAST_OUTPUT_TOKENS);
  const { inputTokens = Number.POSITIVE_INFINITY, outputTokens = Number.POSITIVE_INFINITY } = left;
  if (promptTokens > inputTokens) return { limit: 'inputTokens', least: promptTokens };
  if (outputTokens < least) return { limit: 'outputTokens', least };
  let maxOutputTokens = Math.min(wanted, left.tokens - promptTokens, outputTokens);
  if (maxOutputTokens < least) return { limit: 'tokens', least: promptTokens + least };
  let usd = worstCase(maxOutputTokens);
  if (left.usd !== null && usd > left.usd) {
    const smallest = worstCase(least);
    if (smallest > left.usd) return { limit: 'usd', least: smallest };
    maxOutputTokens = mostAffordable(least, maxOutputTokens, left.usd, worstCase);
    usd = worstCase(maxOutputTokens);
  }
  return { maxOutputTokens, inputTokens: promptTokens, tokens: promptTokens + maxOutputTokens, usd };
}

/** Between `low`, which can be paid, and `high`, which cannot. */
function mostAffordable(
  low: number,
  high: number,
  usd: number,
  worstCase: (tokens: number) => number,
): number {
  let payable = low;
  let tooMuch = high;
  while (tooMuch - payable > 1) {
    const middle = Math.floor((payable + tooMuch) / 2);
    if (worstCase(middle) > usd) tooMuch = middle;
    else payable = middle;
  }
  return payable;
}
