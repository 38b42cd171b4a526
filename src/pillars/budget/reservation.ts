import type { Left } from './spending.ts';

/** Output tokens that a call may have when its request does not say. */
export const DEFAULT_OUTPUT_TOKENS = 4_096;

/** Below this no answer is worth its prompt; it is also the least that OpenAI's interface takes. */
const LEAST_OUTPUT_TOKENS = 16;

/** The worst case of one attempt. */
export type Reservation = { maxOutputTokens: number; inputTokens: number; tokens: number; usd: number };

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
 * @returns what does not fit: the name of a limit
 */
export function reserve({
  promptTokens,
  wanted,
  left,
  worstCase,
}: ReservationRequest): Reservation | 'tokens' | 'inputTokens' | 'outputTokens' | 'usd' {
  const least = Math.min(wanted, LEAST_OUTPUT_TOKENS);
  const { inputTokens = Number.POSITIVE_INFINITY, outputTokens = Number.POSITIVE_INFINITY } = left;
  if (promptTokens > inputTokens) return 'inputTokens';
  if (outputTokens < least) return 'outputTokens';
  let maxOutputTokens = Math.min(wanted, left.tokens - promptTokens, outputTokens);
  if (maxOutputTokens < least) return 'tokens';
  if (left.usd !== null && worstCase(maxOutputTokens) > left.usd) {
    if (worstCase(least) > left.usd) return 'usd';
    maxOutputTokens = mostAffordable(least, maxOutputTokens, left.usd, worstCase);
  }
  return {
    maxOutputTokens,
    inputTokens: promptTokens,
    tokens: promptTokens + maxOutputTokens,
    usd: worstCase(maxOutputTokens),
  };
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
