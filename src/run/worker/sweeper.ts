import { every } from './every.ts';

/** How often the worker looks for due timers and ready runs, ms. */
const LOOK = 250;
/** How often it looks for dead workers, ms. */
const SEARCH = 400;
/** A search that comes so late may have been held up by what held up the others, ms. Less than a lease. */
const LATE = 900;
/** After a failed or late search nobody is declared dead for so long: others must have time to renew, ms. */
const TRUCE = 2_000;

export type SweeperParts = {
  look: () => Promise<void>;
  wakeDue: () => Promise<number>;
  freeDead: () => Promise<number>;
  onFound: () => void;
};

/** The net under the queue's bell: finds what is due, what is ready and who is dead. */
export class Sweeper {
  readonly #parts: SweeperParts;
  readonly #now: () => number;
  #timers: NodeJS.Timeout[] = [];
  #searched = 0;
  #truceUntil = 0;

  constructor(parts: SweeperParts, now: () => number = Date.now) {
    this.#parts = parts;
    this.#now = now;
  }

  start(): void {
    this.#searched = this.#now();
    this.#timers = [
      every(LOOK, async () => {
        if ((await this.#parts.wakeDue()) > 0) this.#parts.onFound();
        await this.#parts.look();
      }),
      every(SEARCH, () => this.search()),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  /**
   * One search for dead workers. After an outage of the database every lease has passed, also those of
   * workers that live: a searcher that was itself away waits one period first.
   */
  async search(): Promise<void> {
    const now = this.#now();
    if (now - this.#searched > LATE) this.#truceUntil = now + TRUCE;
    try {
      if (now < this.#truceUntil) {
        // Proves that the database answers, so that the truce can end.
        await this.#parts.wakeDue();
      } else if ((await this.#parts.freeDead()) > 0) {
        this.#parts.onFound();
      }
      this.#searched = this.#now();
    } catch {
      this.#truceUntil = this.#now() + TRUCE;
    }
  }
}
