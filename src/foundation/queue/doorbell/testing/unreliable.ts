import type { DoorbellListener } from '../../../../contract/doorbell.ts';

/**
 * A listener behind a bell that is worse than any broker: it loses every third ring, repeats every third one, and
 * hands the others on one late, so that they overtake each other.
 */
export function unreliable(listener: DoorbellListener): DoorbellListener {
  let count = 0;
  let late: (() => void) | undefined;
  return {
    ...listener,
    onRing(run) {
      count += 1;
      if (count % 3 === 0) return;
      const overtaken = late;
      late = undefined;
      if (count % 3 === 1) {
        listener.onRing(run);
        listener.onRing(run);
        overtaken?.();
      } else {
        late = () => listener.onRing(run);
      }
    },
  };
}
