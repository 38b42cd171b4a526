/** Rings that wait at most: a worker's sweep finds what more would have named. */
export const RINGS_HELD = 10_000;
/** Rings in one message: 500 run ids are 18 kB. */
const RINGS_SENT = 500;

/**
 * Merges rings: one message is on its way at most, and what is rung meanwhile, each name once, goes into the
 * next one. So a thousand commits cost a handful of messages, and memory is bounded while a broker is slow.
 *
 * @example
 * const rings = new MergedRings(async (runs) => broker.publish(runs.join(',')));
 * rings.ring('');
 */
export class MergedRings {
  readonly #send: (runs: readonly string[]) => Promise<void>;
  readonly #waiting = new Set<string>();
  #sending: Promise<void> | undefined;
  #closed = false;

  /** @param send delivers rings, or drops them; what it rejects with is of no interest here */
  constructor(send: (runs: readonly string[]) => Promise<void>) {
    this.#send = send;
  }

  /** How many names wait. */
  get size(): number {
    return this.#waiting.size;
  }

  ring(run: string): void {
    if (this.#closed || this.#waiting.size >= RINGS_HELD) return;
    this.#waiting.add(run);
    this.#sending ??= this.#pump().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Takes no more rings, and waits for those that it has. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#sending;
  }

  async #pump(): Promise<void> {
    // What the same turn of the event loop rings travels together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.size > 0) {
      const runs = [...this.#waiting].slice(0, RINGS_SENT);
      for (const run of runs) this.#waiting.delete(run);
      await this.#send(runs).catch(() => {});
    }
  }
}
