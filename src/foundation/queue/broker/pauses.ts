const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** How long to wait before the next try: twice as long after each failure, and short again after a success. */
export class Pauses {
  #next = FIRST_PAUSE;

  /** Milliseconds. Up to a fifth less than planned, so that processes that failed together come back apart. */
  next(): number {
    const pause = this.#next;
    this.#next = Math.min(pause * 2, LONGEST_PAUSE);
    return Math.round(pause * (1 - 0.2 * Math.random()));
  }

  succeeded(): void {
    this.#next = FIRST_PAUSE;
  }
}
