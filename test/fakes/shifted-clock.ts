import { type Clock, systemClock } from '../../src/contract/clock.ts';

/** A clock that runs as the system's does, at another hour, and jumps ahead when a test says so. */
export class ShiftedClock implements Clock {
  #ahead: number;

  /** @param start what it shows now, milliseconds since the epoch */
  constructor(start: number) {
    this.#ahead = start - Date.now();
  }

  now(): number {
    return Date.now() + this.#ahead;
  }

  sleep(duration: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(duration, signal);
  }

  jump(duration: number): void {
    this.#ahead += duration;
  }
}
