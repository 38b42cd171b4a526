import type { Execution } from '../executor/execution.ts';

/** One ownership of a run; `execution` is there once its code was started. */
export type Held = { readonly tenant: string; execution?: Execution };

/** The runs that a worker works on, and how many of them are whose. */
export class LiveRuns {
  readonly #held = new Map<string, Held>();
  readonly #busy = new Map<string, number>();

  get size(): number {
    return this.#held.size;
  }

  /** Runs by tenant. */
  get busy(): ReadonlyMap<string, number> {
    return this.#busy;
  }

  get ids(): string[] {
    return [...this.#held.keys()];
  }

  get executions(): Execution[] {
    return [...this.#held.values()].flatMap(({ execution }) => execution ?? []);
  }

  has(run: string): boolean {
    return this.#held.has(run);
  }

  get(run: string): Held | undefined {
    return this.#held.get(run);
  }

  add(run: string, held: Held): void {
    const before = this.#held.get(run);
    if (before !== undefined) this.remove(run, before);
    this.#held.set(run, held);
    this.#busy.set(held.tenant, (this.#busy.get(held.tenant) ?? 0) + 1);
  }

  /** Only if it is this ownership still: the same run may be live again already. */
  remove(run: string, held: Held): void {
    if (this.#held.get(run) !== held) return;
    this.#held.delete(run);
    const left = (this.#busy.get(held.tenant) ?? 1) - 1;
    if (left > 0) this.#busy.set(held.tenant, left);
    else this.#busy.delete(held.tenant);
  }

  clear(): void {
    this.#held.clear();
    this.#busy.clear();
  }
}
