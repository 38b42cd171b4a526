import type { Clock } from '../../contract/clock.ts';

/**
 * The database's clock as the owner of a run knows it: when it was claimed, and what has passed here since. Never
 * ahead of the database's, and never behind the time that woke the run, however wrong this machine's clock is.
 *
 * @param claimedAt the database's clock at the claim, milliseconds since the epoch
 */
export function runClock(clock: Pick<Clock, 'now'>, claimedAt: number): () => number {
  const begun = clock.now();
  return () => claimedAt + Math.max(0, clock.now() - begun);
}
