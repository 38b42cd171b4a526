import type { SerializedError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { TerminalStatus } from '../../contract/run.ts';
import type { Delta } from './delta.ts';

/** How a run ended, told once that is durable. */
export type RunEnd = { status: TerminalStatus; output?: Json; error?: SerializedError };

export type RunListener = {
  /** Absent: its text is heard another way, or not at all. */
  onDelta?(delta: Delta): void;
  onEnd(end: RunEnd): void;
  /** The worker in this process has the run no longer; what comes of it is heard from elsewhere. */
  onLeft?(): void;
};

/**
 * What the runs of this process's worker say and how they end, for whoever in the same process watches them: at
 * once, and without a query. Whoever is elsewhere reads the database.
 *
 * @example
 * const stop = news.hear(run, { onDelta: ({ text }) => process.stdout.write(text), onEnd: () => {}, onLeft: () => {} });
 */
export class RunNews {
  readonly #listeners = new Map<string, Set<RunListener>>();

  /** @returns what ends the listening */
  hear(run: string, listener: RunListener): () => void {
    const listeners = this.#listeners.get(run) ?? new Set();
    this.#listeners.set(run, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(run) === listeners) this.#listeners.delete(run);
    };
  }

  /** Whether anybody here listens to what the run says. */
  isHeard(run: string): boolean {
    for (const { onDelta } of this.#listeners.get(run) ?? []) if (onDelta !== undefined) return true;
    return false;
  }

  say(run: string, delta: Delta): void {
    for (const listener of this.#listeners.get(run) ?? []) listener.onDelta?.(delta);
  }

  end(run: string, end: RunEnd): void {
    for (const listener of this.#listeners.get(run) ?? []) listener.onEnd(end);
  }

  left(run: string): void {
    for (const listener of this.#listeners.get(run) ?? []) listener.onLeft?.();
  }
}
