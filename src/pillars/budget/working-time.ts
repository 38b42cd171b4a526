import type { JournalView } from '../../contract/view.ts';

/** How long a run worked: milliseconds of ended segments, and where the running one began. */
export type WorkingTime = { ended: number; begun: number | null; last: number };

/**
 * The time between a claim and the entry with which that worker stopped: it waited, was interrupted or
 * ended. After a crash the segment ends with its last entry: nobody knows how long the worker lived on.
 */
export const workingTime: JournalView<WorkingTime> = {
  name: 'working-time',
  initial: () => ({ ended: 0, begun: null, last: 0 }),
  apply(state, { meta }) {
    switch (meta.kind) {
      case 'run.claimed':
        end(state, state.last);
        state.begun = meta.at;
        break;
      case 'run.waiting':
      case 'run.interrupted':
      case 'run.succeeded':
      case 'run.failed':
      case 'run.cancelled':
      case 'run.continued':
        end(state, meta.at);
        break;
    }
    state.last = meta.at;
  },
};

/** Milliseconds that the run has worked until `now`. */
export function workedUntil({ ended, begun }: WorkingTime, now: number): number {
  return ended + (begun === null ? 0 : Math.max(0, now - begun));
}

function end(state: WorkingTime, at: number): void {
  if (state.begun !== null) state.ended += Math.max(0, at - state.begun);
  state.begun = null;
}
