import { constants } from 'node:os';

let interrupted: AbortController | undefined;

/** One Ctrl-C arrives twice where npm, timeout or a shell passes it on. Milliseconds. */
const ECHO = 1_000;

/**
 * A signal that fires at the first SIGINT, SIGTERM or SIGHUP, so that things can end in order. A second one,
 * after a moment, ends the process at once.
 */
export function interruption(): AbortSignal {
  if (interrupted !== undefined) return interrupted.signal;
  const controller = new AbortController();
  interrupted = controller;
  let first = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort();
      } else if (performance.now() - first > ECHO) {
        // What a shell reports for a program that a signal ended.
        process.exit(128 + constants.signals[name]);
      }
    });
  }
  return controller.signal;
}

/** Fires the signal as Ctrl-C would; where nobody listens for it, ends the process. */
export function interrupt(): void {
  if (interrupted === undefined) process.exit(0);
  interrupted.abort();
}

/** Resolves when a signal fires. */
export function untilFired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
