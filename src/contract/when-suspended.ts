import type { Step } from './step.ts';

/**
 * A step that tells when it gives up its memory: whoever waits for its call does not hear of it again, because a
 * suspended promise never settles.
 *
 * @example
 * await next({ ...call, step: whenSuspended(call.step, () => timer.abort()) });
 */
export function whenSuspended(step: Step, tell: () => void): Step {
  return {
    key: step.key,
    get entries() {
      return step.entries;
    },
    views: step.views,
    now: () => step.now(),
    record: (entry) => step.record(entry),
    durable: () => step.durable(),
    changed: () => step.changed(),
    keyedHash: (value) => step.keyedHash(value),
    suspend: (reason, wakeAt) => {
      tell();
      return step.suspend(reason, wakeAt);
    },
  };
}
