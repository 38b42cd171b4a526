type Waiter = { admit: () => void };

/** So many places, and a line before them. */
export class Line {
  #free: number;
  /** A set keeps the order in which they came, and lets go of one in the middle at no cost. */
  readonly #waiting = new Set<Waiter>();

  /** @param places at least 1 */
  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Takes a place, at once when the result is undefined; else once the result resolves. Each place that was taken is
   * to be left.
   *
   * @throws the signal's reason, when that fires before there is a place: none was taken then
   */
  enter(signal: AbortSignal): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free -= 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = () => {
        this.#waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        admit: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(waiter);
    });
  }

  /** Leaves a place to the next in line. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next.admit();
  }
}
