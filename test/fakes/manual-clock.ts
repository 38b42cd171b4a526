import type { Clock } from '../../src/contract/clock.ts';

type Sleeper = { due: number; wake: () => void };

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = 1_750_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(duration: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const sleeper = { due: this.#now + duration, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** How many wait for this clock. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Milliseconds until the first of those who wait is due. */
  get nextDue(): number | undefined {
    const due = [...this.#sleepers].map((sleeper) => sleeper.due - this.#now);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Moves time on, wakes who is due, in order, and lets them run. */
  async advance(duration: number): Promise<void> {
    const end = this.#now + duration;
    for (;;) {
      await settled();
      const next = [...this.#sleepers].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) break;
      this.#now = Math.max(this.#now, next.due);
      this.#sleepers.delete(next);
      next.wake();
    }
    this.#now = end;
    await settled();
  }
}

/** Resolves once every promise that can move without input or time has moved. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
