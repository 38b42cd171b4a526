import type { Entry, NewEntry, WaitReason } from './entry.ts';
import type { Views } from './view.ts';

/** A step's hold on its run's journal: what a middleware may do beside passing the call on. */
export type Step = {
  readonly key: string;
  /** Entries that the journal already holds of this step, oldest first; grows with {@link record}. */
  readonly entries: readonly Entry[];
  /** State derived from the whole run's journal. */
  readonly views: Views;
  /**
   * Milliseconds since the epoch by the database's clock, which also wakes runs: a time that woke this run has
   * come, whatever the worker's own clock says.
   */
  now(): number;
  /** Appends to the run's next frame. It is not durable yet. */
  record(entry: NewEntry): void;
  /** Resolves when all that was recorded so far is durable; what leaves the process waits for it. */
  durable(): Promise<void>;
  /** Resolves with the next entry that the run records, of whichever step; never, once nothing is recorded any more. */
  changed(): Promise<void>;
  /**
   * Waits without memory: the promise never settles, the execution is abandoned once nothing else
   * can move, and the step enters its pipeline again at the top when the run wakes.
   */
  suspend(reason: Omit<WaitReason, 'key'>, wakeAt?: number): Promise<never>;
  /** Keyed hash (HMAC with the run's key), hex: for values that could be guessed. */
  keyedHash(value: unknown): string;
};
