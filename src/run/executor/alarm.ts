/** One timer of an execution. It does not keep the process alive. */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;

  /** @param after milliseconds, 31 bits at most; of what is past, at once. Takes the place of what was set before */
  set(after: number, ring: () => void): void {
    this.clear();
    this.#timer = setTimeout(ring, Math.max(0, after));
    this.#timer.unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
