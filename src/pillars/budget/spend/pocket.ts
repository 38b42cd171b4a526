import type { Clock } from '../../../contract/clock.ts';
import { Slice } from './slice.ts';
import type { Lease, Settled, Slices } from './slices.ts';
import type { SpendLimit } from './spend-limit.ts';

/** What a call holds of a slice until it is known what it cost. */
export type Part = { settle(cost: number): void };

/** Of a limit that was cleared. */
const UNLIMITED: Part = { settle() {} };

/** Nothing more is to be had: `left` may come back from calls under way, 0 and less may not. */
export type Empty = { ends: number; amount: number; leased: number; left: number };

/** What the database says to what was spent of a period. */
export type Told = Settled & { starts: number };

/** In the last eighth of a budget nothing lies idle. */
const NEAR_THE_END = 8;
/** A refusal answers others who ask for as much, so long, ms: under a spent budget calls do not queue up at its row. */
const HOLDS_FOR = 150;
/** A lease asks for a sixty-fourth of the budget beside what is needed now. */
const AHEAD = 64;

/** All that a worker holds of one budget of a tenant, and what it tells the database of it. */
export class Pocket {
  /** As it was last read. */
  limit: SpendLimit;
  readonly #slices: Slices;
  readonly #clock: Clock;
  #current: Slice | undefined;
  /** Periods that are over, with calls that began in them. */
  readonly #older = new Set<Slice>();
  #leasing: Promise<Empty | Part | undefined> | undefined;
  /** What calls ask for that wait for a lease. */
  #asked = 0;
  #nearTheEnd = false;
  /** What the database would not give, and so need not be asked for by the next at once. */
  #refused: { least: number; empty: Empty; until: number } | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(limit: SpendLimit, { slices, clock }: { slices: Slices; clock: Clock }) {
    this.limit = limit;
    this.#slices = slices;
    this.#clock = clock;
  }

  /** True when little is left of the period: whoever gives something back should do so at once. */
  get isNearTheEnd(): boolean {
    return this.#nearTheEnd;
  }

  /** Nothing is held, and nothing is left to tell. */
  get isIdle(): boolean {
    return this.#current === undefined && this.#older.size === 0 && this.#asked === 0;
  }

  /** Resolves when a call here gives something back. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /**
   * Sets so much aside, out of what was leased or is to be had.
   *
   * @param now milliseconds since the epoch, by the database's clock
   * @param isJournaled whether a run's journal says what it cost
   * @throws what the database says
   */
  async take(need: number, now: () => number, isJournaled = true): Promise<Part | Empty> {
    this.#asked += need;
    try {
      for (;;) {
        const slice = this.#at(now());
        if (slice !== undefined && slice.free >= need) return this.#hold(slice, need, isJournaled);
        // Who comes second waits for the first, and then looks again.
        const joined = this.#leasing;
        if (joined !== undefined) {
          await joined.catch(() => {});
          continue;
        }
        const least = need - (slice?.free ?? 0);
        if (this.#refused !== undefined && least >= this.#refused.least && now() < this.#refused.until)
          return this.#refused.empty;
        this.#leasing = this.#lease(least);
        try {
          const answer = await this.#leasing;
          if (answer === undefined) continue;
          if ('left' in answer) {
            const until = Math.min(now() + HOLDS_FOR, answer.ends);
            this.#refused = { least, empty: answer, until };
          }
          return answer;
        } finally {
          this.#leasing = undefined;
        }
      }
    } finally {
      this.#asked -= need;
    }
  }

  /**
   * Tells what was spent, and gives back what lies idle, or all that is nobody's.
   *
   * @returns what there is to warn of
   */
  async flush(now: number, all = false): Promise<Told[]> {
    this.#at(now);
    const current = this.#current === undefined ? [] : [this.#current];
    const told = await Promise.all([...this.#older, ...current].map((slice) => this.#tell(slice, all)));
    return told.filter((settled) => settled?.warns) as Told[];
  }

  async #tell(slice: Slice, all: boolean): Promise<Told | undefined> {
    const over = slice !== this.#current;
    const idle = !slice.fresh || over || (this.#nearTheEnd && this.#asked === 0);
    slice.fresh = false;
    const unused = all || idle ? slice.free : Math.min(0, slice.free);
    const { used } = slice;
    if (used === 0 && unused === 0) {
      if (slice.held > 0) return undefined;
      this.#older.delete(slice);
      if (!over && slice.free === 0) this.#current = undefined;
      return undefined;
    }
    const { starts, epoch } = slice;
    const told = slice.tell(unused, this.#clock.now());
    // It is not said again: what is not given back stays leased, and so counts as spent.
    const settled = await this.#slices
      .settle(this.limit, { starts, epoch, ...told })
      .catch((error: unknown) => {
        slice.doubt();
        throw error;
      });
    return settled === undefined ? undefined : { ...settled, starts: slice.starts };
  }

  /** The slice of the period that is now. What a worker leased before it was declared dead it does not use any more. */
  #at(now: number): Slice | undefined {
    const current = this.#current;
    if (current !== undefined && (now >= current.ends || current.epoch !== this.#slices.epoch())) {
      this.#older.add(current);
      this.#current = undefined;
    }
    return this.#current;
  }

  #hold(slice: Slice, need: number, isJournaled: boolean): Part {
    const settle = slice.hold(need, this.#clock.now(), isJournaled);
    return {
      settle: (cost) => {
        if (!settle(cost)) return;
        this.#refused = undefined;
        const { resolve } = this.#changed;
        this.#changed = Promise.withResolvers();
        resolve();
      },
    };
  }

  async #lease(least: number): Promise<Empty | Part | undefined> {
    const { amount } = this.limit;
    const wanted = this.#asked + Math.ceil(amount / AHEAD);
    const lease = await this.#slices.lease(this.limit, { least, wanted, at: this.#clock.now() });
    if (lease === undefined) return UNLIMITED;
    this.#nearTheEnd = lease.amount - lease.leased < lease.amount / NEAR_THE_END;
    if (lease.granted > 0) {
      this.#add(lease);
      return undefined;
    }
    return {
      ends: lease.ends,
      amount: lease.amount,
      leased: lease.leased,
      left: lease.amount - lease.spent - this.#unsaid(),
    };
  }

  #add({ granted, starts, ends, epoch }: Lease): void {
    const current = this.#current;
    if (current !== undefined && (current.starts !== starts || current.epoch !== epoch)) {
      this.#older.add(current);
      this.#current = undefined;
    }
    this.#current ??= new Slice({ starts, ends, epoch });
    this.#current.free += granted;
    this.#current.fresh = true;
  }

  /** Spent here, and not told. */
  #unsaid(): number {
    return this.#current?.used ?? 0;
  }
}
