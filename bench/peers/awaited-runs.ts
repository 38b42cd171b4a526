/** Runs whose end an event tells, by whatever names them. */
export class AwaitedRuns {
  readonly #waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();

  /** Resolves when the run ends; call it before the run is submitted. */
  end(run: string): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.set(run, { resolve, reject }));
  }

  ended(run: string): void {
    this.#waiting.get(run)?.resolve();
    this.#waiting.delete(run);
  }

  failed(run: string, error: unknown): void {
    this.#waiting.get(run)?.reject(new Error(`A peer's run failed: ${String(error)}`));
    this.#waiting.delete(run);
  }
}
