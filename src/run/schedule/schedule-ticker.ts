import { every } from '../worker/every.ts';
import { type FireParts, fireDue } from './fire-due.ts';

/** How often a worker looks for schedules whose tick has come, ms. */
const LOOK = 1_000;

export type TickerParts = Omit<FireParts, 'putOff'> & {
  /** Rings for the runs that were made. */
  ring: () => void;
  /** Between two looks, ms. Default 1,000. */
  lookEvery?: number | undefined;
};

/** A worker's look at the schedules: any number of workers may look, a tick makes one run. */
export class ScheduleTicker {
  readonly #parts: TickerParts;
  readonly #putOff = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: TickerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = every(this.#parts.lookEvery ?? LOOK, () => {
      this.#looking = this.#look();
      return this.#looking;
    });
  }

  /** Ends when the look that is under way has. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      if ((await fireDue({ ...this.#parts, putOff: this.#putOff })) > 0) this.#parts.ring();
    } catch {
      // The database is away: what is due now is due at the next look.
    }
  }
}
