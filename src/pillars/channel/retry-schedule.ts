const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Pauses before the second, third … attempt, as Standard Webhooks recommends
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): ten
 * attempts in a little more than three days.
 */
const PAUSES: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Up to a tenth more, so that deliveries that failed together do not come back together. */
const JITTER = 0.1;

/**
 * Milliseconds to wait after an attempt that failed, or `undefined` when it was the last.
 *
 * @param attempts how many were made, 1 after the first
 * @param random in [0, 1)
 * @param pauses before the second, third … attempt, ms. Default: what Standard Webhooks recommends
 * @example
 * pauseAfter(1, 0); // 5000
 */
export function pauseAfter(attempts: number, random: number, pauses = PAUSES): number | undefined {
  const pause = pauses[attempts - 1];
  return pause === undefined ? undefined : Math.round(pause * (1 + JITTER * random));
}
