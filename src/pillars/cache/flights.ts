/**
 * Calls under way by key, so that those who ask the same at the same time ask once. Whoever leads lands with a
 * result, or with nothing: then the next of those who wait takes over.
 */
export class Flights<Result> {
  readonly #flights = new Map<string, Promise<Result | undefined>>();

  /**
   * Waits for the call that is under way, if one is.
   *
   * @param stands whether the result of a call that began earlier may still be given; else the next one leads
   * @returns its result; or, when there is none to be had, `land`: the caller leads now and has to land
   * @throws the signal's reason, when it fires first
   * @example
   * const { result, land } = await flights.join('key', signal, async () => true);
   */
  async join(
    key: string,
    signal: AbortSignal,
    stands: (result: Result) => Promise<boolean>,
  ): Promise<{ result: Result } | { result?: undefined; land: (result?: Result) => void }> {
    for (;;) {
      const flight = this.#flights.get(key);
      if (flight === undefined) return { land: this.#lead(key) };
      const result = await orAborted(flight, signal);
      if (result !== undefined && (await stands(result))) return { result };
    }
  }

  #lead(key: string): (result?: Result) => void {
    const { promise, resolve } = Promise.withResolvers<Result | undefined>();
    this.#flights.set(key, promise);
    return (result) => {
      if (this.#flights.get(key) === promise) this.#flights.delete(key);
      resolve(result);
    };
  }
}

function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
