/** Milliseconds. */
const FIRST = 5_000;
/** Milliseconds. With its jitter the longest pause is a minute. */
const LONGEST = 40_000;
/** Nobody is believed who asks for more, ms: a day. */
const LONGEST_ASKED = 86_400_000;

/**
 * How long a run waits for a provider before it asks again: 5 s, doubled with each wait, up to a minute, half of it
 * drawn at random, so that the runs of an outage do not come back together; and as long as the provider asked.
 *
 * @param waits how often it has waited before
 * @param asked milliseconds that the provider asked for, if it did
 * @param random in [0, 1)
 * @returns milliseconds
 * @example
 * outagePause(2, undefined, () => 0); // 20000
 */
export function outagePause(waits: number, asked: number | undefined, random: () => number): number {
  const pause = Math.min(LONGEST, FIRST * 2 ** waits) * (1 + random() / 2);
  return Math.round(Math.max(pause, Math.min(asked ?? 0, LONGEST_ASKED)));
}
