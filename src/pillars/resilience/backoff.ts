/** Milliseconds. */
export const BACKOFF_BASE = 100;
/** Milliseconds. */
export const BACKOFF_CAP = 5_000;

/**
 * The next wait by decorrelated jitter: between the base and three times the wait before, at most the cap.
 * Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param previous the wait before, in milliseconds; the base before the first
 * @param random in [0, 1)
 * @returns milliseconds
 * @example
 * nextBackoff(100, () => 0.5); // 200
 */
export function nextBackoff(previous: number, random: () => number): number {
  return Math.min(BACKOFF_CAP, BACKOFF_BASE + random() * (previous * 3 - BACKOFF_BASE));
}
