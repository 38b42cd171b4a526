import type { OpenCalls } from './slices.ts';

/** A call that holds a part of a slice, and then what it cost. */
type Call = { readonly begun: number; readonly isJournaled: boolean; cost?: number; told?: true };

/** A worker's part of one period of one budget. */
export class Slice {
  /** Leased, and nobody's. */
  free = 0;
  /** Of calls under way. */
  held = 0;
  /** Spent, and not told the database. */
  used = 0;
  /** Touched since the last look: it is not given back yet. */
  fresh = true;
  readonly starts: number;
  readonly ends: number;
  /** The worker's, when it leased this. */
  readonly epoch: number;
  /** From the oldest that is not settled and told, in the order in which they began. */
  #calls: Call[] = [];
  /** False once it is not known what the database was told. */
  #isClear = true;

  constructor({ starts, ends, epoch }: { starts: number; ends: number; epoch: number }) {
    this.starts = starts;
    this.ends = ends;
    this.epoch = epoch;
  }

  /**
   * Sets so much aside for a call.
   *
   * @param begun by the worker's clock, which also stamps entries, ms since the epoch
   * @param isJournaled whether its run's journal says what it cost
   * @returns what it is settled with; only the first time counts
   */
  hold(need: number, begun: number, isJournaled = true): (cost: number) => boolean {
    const call: Call = { begun, isJournaled };
    this.#calls.push(call);
    this.free -= need;
    this.held += need;
    this.fresh = true;
    return (cost) => {
      if (call.cost !== undefined) return false;
      call.cost = cost;
      this.held -= need;
      // Below 0 when it cost more than was thought: that is told the database as it is.
      this.free += need - cost;
      this.used += cost;
      return true;
    };
  }

  /**
   * Takes what is to be told of it now. Should this worker die, its journals say what the calls cost that are not
   * among it.
   */
  tell(unused: number, now: number): { used: number; unused: number; open?: OpenCalls } {
    const { used } = this;
    this.used = 0;
    this.free -= unused;
    for (const call of this.#calls) if (call.cost !== undefined) call.told = true;
    const oldest = this.#calls.findIndex(({ told }) => told === undefined);
    this.#calls = oldest < 0 ? [] : this.#calls.slice(oldest);
    const mark = this.#calls[0]?.begun ?? now;
    // What no journal says is no part of what the journals say: it would be taken off what other calls cost.
    const known = this.#calls.filter((call) => call.told && call.isJournaled);
    const told = known.reduce((sum, { cost = 0 }) => sum + cost, 0);
    return {
      used,
      unused,
      ...(this.#isClear ? { open: { mark, age: Math.max(0, now - mark), told } } : {}),
    };
  }

  /** An answer that did not come leaves open whether it was counted: from then on the last word that is certain stands. */
  doubt(): void {
    this.#isClear = false;
  }
}
