import { isSameProcessAlive } from './process-identity.ts';
import type { RunningServer } from './running-server.ts';

/** The supervision of one server. */
export type Watch = {
  /** The server that is looked after now. */
  server(): RunningServer;
  /** Ends the supervision; a restart that is under way is finished first. */
  end(): Promise<void>;
};

/** A server that lived for so long has not ended because of its start. Milliseconds. */
const STEADY = 10_000;
/** How soon a server that ended unasked is replaced. Milliseconds. */
export type Pauses = {
  /** Between two looks, and the least before another attempt. */
  interval: number;
  /** Between two attempts at most. */
  longest: number;
};

/** Whoever frees a full disk should not wait for long. */
export const PAUSES: Pauses = { interval: 500, longest: 5_000 };

/**
 * Looks after a server and replaces it when it has ended unasked. A replacement that fails, or that ends
 * soon after its start, is tried again less and less often. The timer does not keep our process alive.
 *
 * @param options.replace Brings up the next server, on the same port; undefined when the server is no longer ours to look after, which ends the watch.
 * @param options.pauses Default: half a second, and 5 s at most.
 * @example
 * const watch = watchServer(server, { replace, log: console.log });
 */
export function watchServer(
  first: RunningServer,
  options: {
    replace: () => Promise<RunningServer | undefined>;
    log: (line: string) => void;
    pauses?: Pauses | undefined;
  },
): Watch {
  const pauses = options.pauses ?? PAUSES;
  let server = first;
  let ended = false;
  let work = Promise.resolve();
  let timer: NodeJS.Timeout;
  /** Attempts that failed, and servers that did not live for long. */
  let failures = 0;
  let isDown = false;
  let started = performance.now();

  const schedule = () => {
    const pause = isDown ? restartPause(failures, pauses) : pauses.interval;
    timer = setTimeout(() => {
      work = look().then(() => {
        if (!ended) schedule();
      });
    }, pause).unref();
  };
  const look = async () => {
    if (!isDown) {
      if (isSameProcessAlive(server)) return;
      isDown = true;
      failures = performance.now() - started < STEADY ? failures + 1 : 0;
      options.log(`The database server (process ${server.pid}) ended unasked; starting it again.`);
      if (failures > 1) return;
    }
    try {
      const next = await options.replace();
      isDown = false;
      started = performance.now();
      if (next === undefined) {
        ended = true;
        return;
      }
      server = next;
      options.log(`The database server runs again (process ${server.pid}).`);
    } catch (error) {
      failures += 1;
      const reason = error instanceof Error ? error.message : String(error);
      options.log(`The database server could not be started again, and will be tried again: ${reason}`);
    }
  };

  schedule();
  return {
    server: () => server,
    end: async () => {
      ended = true;
      clearTimeout(timer);
      await work;
    },
  };
}

/**
 * How long to wait before the next attempt. Milliseconds.
 *
 * @param failures attempts that failed, and servers that did not live for long, one after the other
 * @example
 * restartPause(3, { interval: 500, longest: 5_000 }); // 4000
 */
export function restartPause(failures: number, { interval, longest }: Pauses): number {
  return Math.min(interval * 2 ** failures, longest);
}
