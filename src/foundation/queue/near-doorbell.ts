import type { Doorbell, DoorbellListener } from '../../contract/doorbell.ts';

/**
 * A doorbell for the listeners of this process, before one that reaches others: what a worker in this process
 * takes up costs no message at all. Without `far` it reaches nobody else. Listening begins at once, also while the
 * broker of `far` is away.
 *
 * @example
 * const doorbell = createNearDoorbell(openDoorbell(environment.BULKHEAD_DOORBELL, parts));
 */
export function createNearDoorbell(far?: Doorbell): Doorbell {
  const near = new Set<DoorbellListener>();
  return {
    ring(run) {
      for (const listener of near) {
        if (listener.takes?.(run) === true) return listener.onRing(run);
      }
      // A run that nobody here has may be at work elsewhere, or may have been waiting: then anybody takes it.
      if (run !== undefined) for (const listener of near) listener.onRing(run);
      far?.ring(run);
    },
    async listen(listener) {
      near.add(listener);
      let stopped = false;
      let stopFar = async () => {};
      // A broker that is away must hold up nobody: it is only a hint. When it comes, the listener is told.
      far?.listen(listener).then(
        async (listening) => {
          stopFar = listening.stop;
          if (stopped) await listening.stop();
        },
        () => {},
      );
      listener.onConnected();
      return {
        async stop() {
          stopped = true;
          near.delete(listener);
          await stopFar();
        },
      };
    },
    async close() {
      near.clear();
      await far?.close();
    },
  };
}
