import { BulkheadError } from './errors.ts';
import type { TokenUsage } from './usage.ts';

/**
 * An error of a call that was answered and billed, though its answer is of no use: who charges for attempts charges
 * for these tokens instead of all that was set aside.
 *
 * @example
 * billedUsage(billed(error, { ...NO_USAGE, inputTokens: 34 })); // { inputTokens: 34, … }
 */
export function billed(error: BulkheadError, usage: TokenUsage): BulkheadError {
  const { code, message, status, retryable, details } = error;
  return new BulkheadError({
    code,
    message,
    status,
    retryable,
    details: { ...details, billed: usage },
    cause: error,
  });
}

/** The tokens of an error of {@link billed}. @example billedUsage(new Error('cut')); // undefined */
export function billedUsage(error: unknown): TokenUsage | undefined {
  return BulkheadError.isInstance(error) ? (error.details?.billed as TokenUsage | undefined) : undefined;
}
