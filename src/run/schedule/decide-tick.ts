import type { CatchUp, Overlap } from '../../contract/schedule.ts';
import { type Timing, tickAfter, tickUntil } from './timing.ts';

/** A tick that is looked at later than this was missed, ms. */
const MISSED_AFTER = 60_000;

export type TickDecision =
  /** It stays due: its run is made when the one before has ended. */
  | { does: 'wait' }
  /** It passes without a run. */
  | { does: 'pass'; next: number | null }
  | { does: 'run'; tick: number; next: number | null };

/**
 * What a due schedule does. However many ticks have passed since it was looked at, they make one run at most.
 *
 * @param due.at the earliest tick that nobody has dealt with, milliseconds since the epoch
 * @param due.busy whether a run of the schedule has not ended
 * @param now by the database's clock
 */
export function decideTick(
  due: Timing & { at: number; overlap: Overlap; catchUp: CatchUp; busy: boolean },
  now: number,
): TickDecision {
  if (due.busy && due.overlap === 'queue') return { does: 'wait' };
  const tick = Math.max(due.at, tickUntil(due, now) ?? due.at);
  const next = tickAfter(due, tick);
  const isMissed = now - tick > MISSED_AFTER;
  if (due.busy || (isMissed && due.catchUp === 'none')) return { does: 'pass', next };
  return { does: 'run', tick, next };
}
