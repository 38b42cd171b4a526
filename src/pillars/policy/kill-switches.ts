import { type Clock, systemClock } from '../../contract/clock.ts';

/** What an operator switched off. `target`: `*`, `agent:<name>`, `tool:<name>` or `model:<provider/model>`. */
export type KillSwitch = {
  /** `null`: every tenant. */
  readonly tenant: string | null;
  readonly target: string;
  readonly reason: string;
  readonly setBy: string;
  /** Milliseconds since the epoch. */
  readonly setAt: number;
};

export type KillSwitches = {
  /** Begins to read the switches again and again. */
  start(): void;
  stop(): void;
  /**
   * The switches as they stood at most two seconds ago. Waits for a reading when there is none so
   * young: nothing is decided on old switches. Rejects with the signal's reason when that fires first.
   */
  current(signal: AbortSignal): Promise<readonly KillSwitch[]>;
};

/** Milliseconds between two readings. */
const REFRESH_EVERY = 500;
/** Milliseconds after which a reading may not decide any more. */
const STALE_AFTER = 2_000;
/** Milliseconds after which a reading that does not answer is given up. */
const GIVE_UP_AFTER = 5_000;
const RETRY_AFTER = 100;

/**
 * Keeps the kill switches at hand, so that asking costs no query, and never older than two seconds.
 *
 * @param parts.load reads all switches of all tenants
 * @example
 * const switches = createKillSwitches({ load: () => loadKillSwitches(pool) });
 * switches.start();
 * await switches.current(signal); // [{ tenant: null, target: 'tool:refund', ... }]
 */
export function createKillSwitches({
  load,
  clock = systemClock,
}: {
  load: () => Promise<readonly KillSwitch[]>;
  clock?: Clock;
}): KillSwitches {
  // A reading is as old as the moment at which it was begun: what was set later may be missing from it.
  let last: { begun: number; switches: readonly KillSwitch[] } | undefined;
  let running: Promise<void> | undefined;
  let stopping: AbortController | undefined;

  const read = async () => {
    const begun = clock.now();
    const giveUp = new AbortController();
    try {
      const switches = await Promise.race([
        load(),
        clock
          .sleep(GIVE_UP_AFTER, giveUp.signal)
          .then(() => Promise.reject(new Error('The reading took too long.'))),
      ]);
      last = { begun, switches };
    } finally {
      giveUp.abort();
    }
  };

  const refresh = () => {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    start() {
      if (stopping !== undefined) return;
      stopping = new AbortController();
      const { signal } = stopping;
      const loop = async () => {
        while (!signal.aborted) {
          // A failed reading shows where it matters: in `current`, once the last good one is too old.
          await refresh().catch(() => {});
          await clock.sleep(REFRESH_EVERY, signal);
        }
      };
      loop().catch(() => {});
    },
    stop() {
      stopping?.abort();
      stopping = undefined;
    },
    async current(signal) {
      const oldest = clock.now() - STALE_AFTER;
      for (;;) {
        signal.throwIfAborted();
        if (last !== undefined && last.begun >= oldest) return last.switches;
        await orAborted(
          refresh().catch(() => clock.sleep(RETRY_AFTER, signal)),
          signal,
        );
      }
    },
  };
}

function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
