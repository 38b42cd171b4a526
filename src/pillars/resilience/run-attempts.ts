import type { Clock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { BACKOFF_BASE, nextBackoff } from './backoff.ts';

export type Patience = { clock: Clock; random: () => number };

/** Attempts that fail before the error is the call's own. */
export const MAX_ATTEMPTS = 3;

/** Milliseconds: whom the other side asks to wait longer had better hear of it. */
const LONGEST_RETRY_AFTER = 60_000;

/** The code of an attempt of which nobody knows how it ended, as after a crash. */
export const LOST = 'lost';
/** The code of an attempt that was called off before anything left the process. */
export const NOT_STARTED = 'not_started';

/** Whether an attempt with this code counts against {@link MAX_ATTEMPTS}. */
export function isFailure(code: string): boolean {
  return code !== LOST && code !== NOT_STARTED;
}

export type Attempts<Result> = {
  /** The number of the first attempt now, and how many failed before it, in this process or another. */
  first: number;
  failed: number;
  signal: AbortSignal;
  /** When the call is ended, by the clock: a wait that would pass it is not begun. */
  deadline?: number;
  run: (attempt: number) => Promise<Result>;
  /** Told of a failed attempt that is not the last. */
  onFailed?: (attempt: number, code: string) => void;
  /** Of an error that is retryable. Default: always. */
  mayRepeat?: (error: BulkheadError) => boolean;
};

/**
 * Runs until an attempt succeeds, the error is not retryable, or {@link MAX_ATTEMPTS} have failed. Waits
 * between attempts by decorrelated jitter, and at least as long as the other side asked for; a wait for which there
 * is no time left is not begun.
 *
 * @throws the last attempt's error; the signal's reason when it fires between attempts
 */
export async function runAttempts<Result>(
  { first, failed, signal, deadline, run, onFailed, mayRepeat = () => true }: Attempts<Result>,
  { clock, random }: Patience,
): Promise<Result> {
  let wait = BACKOFF_BASE;
  for (let attempt = first, failures = failed; ; attempt += 1) {
    try {
      return await run(attempt);
    } catch (error) {
      failures += 1;
      if (!BulkheadError.isInstance(error) || !error.retryable || failures >= MAX_ATTEMPTS) throw error;
      const asked = error.retryAfter ?? 0;
      if (asked > LONGEST_RETRY_AFTER || signal.aborted || !mayRepeat(error)) throw error;
      wait = nextBackoff(wait, random);
      const pause = Math.max(wait, asked);
      if (deadline !== undefined && clock.now() + pause >= deadline) throw error;
      onFailed?.(attempt, error.code);
      await clock.sleep(pause, signal);
    }
  }
}
