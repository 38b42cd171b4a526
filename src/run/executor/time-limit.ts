import type { Clock } from '../../contract/clock.ts';
import type { Views } from '../../contract/view.ts';
import { deadlineExceeded, workedUntil, workingTime } from '../../pillars/budget/index.ts';
import { LONGEST_ALARM } from './open-steps.ts';

/** A call that is under way is ended by its gateway, which says so in the journal: it gets the time for that, ms. */
const GRACE = 500;

/**
 * Calls back when the working time of a run is used up, also of one that calls no gateway.
 *
 * @param watch.time milliseconds that the budget allows
 * @param watch.released ends the watch
 */
export function watchWorkingTime(
  views: Views,
  clock: Clock,
  watch: { time: number; released: AbortSignal; onPassed: (error: Error) => void },
): void {
  const left = watch.time - workedUntil(views.of(workingTime), clock.now()) + GRACE;
  if (left > LONGEST_ALARM) return;
  clock.sleep(Math.max(0, left), watch.released).then(
    () => watch.onPassed(deadlineExceeded(watch.time)),
    () => {},
  );
}
