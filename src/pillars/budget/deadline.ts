import { type Clock, systemClock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { followSignal } from '../../contract/follow-signal.ts';
import type { ModelCall, ToolCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import { whenSuspended } from '../../contract/when-suspended.ts';
import { workedUntil, workingTime } from './working-time.ts';

// Timers of JavaScript hold 31 bits of milliseconds: 24.8 days. No single call works that long.
const LONGEST_TIMER = 2 ** 31 - 1;
/** Why a timer ends: one object for all, because nobody reads it. */
const ENDED = new Error('The call has ended.');

/**
 * Ends a run whose working time is used up: before a call, and in the middle of one, whose signal fires
 * then. Waiting for a person is no work, and neither is undoing what a cancelled run did.
 */
export function deadline<Call extends ToolCall | ModelCall, Result>({
  clock = systemClock,
}: {
  clock?: Clock;
} = {}): Middleware<Call, Result> {
  return {
    name: 'deadline',
    async handle(call, next) {
      if ('compensates' in call && call.compensates !== undefined) return next(call);
      const left = call.budget.time - workedUntil(call.step.views.of(workingTime), clock.now());
      if (left <= 0) throw deadlineExceeded(call.budget.time);
      if (left > LONGEST_TIMER) return next(call);
      const limit = followSignal(call.signal);
      const timer = followSignal(call.signal);
      let passed: BulkheadError | undefined;
      const over = new Promise<never>((_, reject) => {
        clock.sleep(left, timer.signal).then(
          () => {
            passed = deadlineExceeded(call.budget.time);
            limit.abort(passed);
            reject(passed);
          },
          // The call ended first, or somebody else ends it.
          () => {},
        );
      });
      try {
        // A step that is suspended may be entered again beside this entry, which must not end it then.
        const step = whenSuspended(call.step, () => timer.abort(ENDED));
        const until = clock.now() + left;
        return await Promise.race([next({ ...call, signal: limit.signal, deadline: until, step }), over]);
      } catch (error) {
        // What was aborted may report that before the race does.
        throw passed ?? error;
      } finally {
        timer.abort(ENDED);
        timer.unfollow();
        limit.unfollow();
      }
    },
  };
}

/** The error of a run whose working time is used up. @param time what its budget allows, milliseconds */
export function deadlineExceeded(time: number): BulkheadError {
  return new BulkheadError({
    code: 'deadline_exceeded',
    message: `The run has worked for the ${time / 1_000} s that its budget allows. Raise budget.time, or give it less to do.`,
    status: 504,
    denied: true,
    endsRun: true,
    details: { limit: time },
  });
}
