import type { Clock } from '../../../contract/clock.ts';
import { followSignal } from '../../../contract/follow-signal.ts';
import { type Empty, type Part, Pocket, type Told } from './pocket.ts';
import type { Slices } from './slices.ts';
import type { Needs, SpendKey, SpendLimit } from './spend-limit.ts';

/** Milliseconds between two looks at what is to be told and given back. */
const LOOK_EVERY = 500;
/** Looks between two searches for what dead workers held. */
const LOOKS_BETWEEN_SEARCHES = 6;
/** Near the end of a budget others wait for what is given back here. */
const SOON = 20;
const RETRY_AFTER = 200;
/** Two clocks may differ so much on when a period ends, ms. */
const NEAR = 60_000;
/** Calls under way may cost less than was set aside for them: so long it is waited for, ms. */
const PATIENCE = 30_000;

/** When a period began, in UTC, ms since the epoch. */
function periodStart(period: SpendLimit['period'], at: number): number {
  const day = new Date(at).setUTCHours(0, 0, 0, 0);
  switch (period) {
    case 'hour':
      return new Date(at).setUTCMinutes(0, 0, 0);
    case 'day':
      return day;
    case 'month':
      return new Date(day).setUTCDate(1);
  }
}

/** What is set aside of every limit that a call is under. */
export type Hold = {
  held: true;
  /** Gives back what it did not cost. */
  settle(costs: Needs): void;
};

/** A limit that does not hold the call. Times are milliseconds since the epoch. */
export type Spent = { held: false; limit: SpendLimit; ends: number; taken: number };

type HoldOptions = {
  /** Milliseconds since the epoch, by the database's clock. */
  now: () => number;
  signal: AbortSignal;
  /** So long it waits at most, ms. Default: the ledger's. */
  patience?: number;
  /** False: should this worker die, no journal says that something was set aside, nor what it cost. Default true. */
  isJournaled?: boolean;
};

export type SpendLedgerParts = {
  slices: Slices;
  clock: Clock;
  /** Told of a budget of which four fifths are spent. */
  onWarning?: (limit: SpendKey, told: Told) => void;
  /** Told once why budgets cannot be asked, or what was spent cannot be said. */
  onFailure?: (error: unknown) => void;
  patience?: number;
  /** Resolves while this worker is certainly not declared dead; asked before anything is set aside. */
  confirm?: (signal: AbortSignal) => Promise<void>;
  /** Takes back what workers held that are dead. Told of what there is to warn of. */
  reclaim?: (onWarning: NonNullable<SpendLedgerParts['onWarning']>) => Promise<void>;
};

/**
 * A worker's side of the budgets of tenants and agents. Each call sets its worst case aside here, out of slices that
 * are leased from the database; so all workers together never spend more than a budget holds.
 */
export class SpendLedger {
  readonly #parts: SpendLedgerParts;
  readonly #pockets = new Map<string, Pocket>();
  #stopping: AbortController | undefined;
  #soon: Promise<void> | undefined;
  /** The database does not answer, and it was said. */
  #away = false;

  constructor(parts: SpendLedgerParts) {
    this.#parts = parts;
  }

  /** Begins to tell what was spent and to give back what lies idle. */
  start(): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const { clock } = this.#parts;
    const loop = async () => {
      for (let looks = 1; ; looks += 1) {
        await clock.sleep(LOOK_EVERY, signal);
        await this.#flush();
        if (looks % LOOKS_BETWEEN_SEARCHES === 0) await this.#reclaim();
      }
    };
    loop().catch(() => {});
  }

  /** Gives everything back that no call holds. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    await this.#flush(true);
  }

  /**
   * Sets so much aside of each limit, or of none. Waits a while for what calls under way may give back.
   */
  async hold(given: readonly SpendLimit[], needs: Needs, options: HoldOptions): Promise<Hold | Spent> {
    const { signal, patience = this.#parts.patience ?? PATIENCE } = options;
    const limits = given.filter(({ unit }) => needs[unit] > 0);
    const { clock } = this.#parts;
    const giveUp = clock.now() + patience;
    for (;;) {
      signal.throwIfAborted();
      // Again after each wait: whoever was frozen meanwhile may have been declared dead.
      await this.#parts.confirm?.(signal);
      let taken: Part[] | { pocket: Pocket; empty: Empty };
      try {
        taken = await this.#takeAll(limits, needs, options);
        this.#away = false;
      } catch (error) {
        // Nothing is decided without the database; the run's own deadline ends the wait.
        this.#tellFailure(error);
        await clock.sleep(RETRY_AFTER, signal);
        continue;
      }
      if (Array.isArray(taken)) return this.#held(limits, taken);
      const { pocket, empty } = taken;
      if (empty.left < needs[pocket.limit.unit] || clock.now() >= giveUp)
        return { held: false, limit: pocket.limit, ends: empty.ends, taken: empty.leased };
      await this.#change(pocket, signal);
    }
  }

  /**
   * Gives back a part of what was charged at `since`, to the period that was charged. In doubt it stays charged: near
   * the end of a period, under a limit that was set later, and where the database does not answer.
   */
  giveBack(limits: readonly SpendLimit[], amounts: Needs, since: number): void {
    for (const limit of limits) {
      const amount = amounts[limit.unit];
      const starts = periodStart(limit.period, since);
      const isClear = [-NEAR, NEAR].every((near) => periodStart(limit.period, since + near) === starts);
      if (amount === 0 || !isClear || (limit.setAt ?? 0) > since) continue;
      this.#parts.slices
        .settle(limit, { starts, used: -amount, unused: amount })
        .catch((error: unknown) => this.#parts.onFailure?.(error));
    }
  }

  async #takeAll(
    limits: readonly SpendLimit[],
    needs: Needs,
    { now, isJournaled }: HoldOptions,
  ): Promise<Part[] | { pocket: Pocket; empty: Empty }> {
    const parts: Part[] = [];
    const giveBack = () => {
      for (const part of parts) part.settle(0);
    };
    for (const limit of limits) {
      const pocket = this.#pocket(limit);
      const part = await pocket.take(needs[limit.unit], now, isJournaled).catch((error: unknown) => {
        giveBack();
        throw error;
      });
      if ('left' in part) {
        giveBack();
        return { pocket, empty: part };
      }
      parts.push(part);
    }
    return parts;
  }

  #held(limits: readonly SpendLimit[], parts: readonly Part[]): Hold {
    return {
      held: true,
      settle: (costs) => {
        for (const [index, limit] of limits.entries()) {
          parts[index]?.settle(costs[limit.unit]);
          if (this.#pocket(limit).isNearTheEnd) this.#flushSoon();
        }
      },
    };
  }

  /** Until a call here gives something back, or for a moment in which another worker may have. */
  async #change(pocket: Pocket, signal: AbortSignal): Promise<void> {
    const ending = followSignal(signal);
    const pause = this.#parts.clock.sleep(RETRY_AFTER, ending.signal);
    try {
      await Promise.race([pocket.changed, pause]);
    } finally {
      pause.catch(() => {});
      ending.abort(new Error('The wait is over.'));
      ending.unfollow();
    }
  }

  /** Once, however many calls wait. */
  #tellFailure(error: unknown): void {
    if (!this.#away) this.#parts.onFailure?.(error);
    this.#away = true;
  }

  #pocket(limit: SpendLimit): Pocket {
    const key = JSON.stringify([limit.tenant, limit.agent, limit.period, limit.unit]);
    let pocket = this.#pockets.get(key);
    if (pocket === undefined) {
      pocket = new Pocket(limit, this.#parts);
      this.#pockets.set(key, pocket);
    }
    pocket.limit = limit;
    return pocket;
  }

  #flushSoon(): void {
    const signal = this.#stopping?.signal;
    if (signal === undefined) return;
    this.#soon ??= this.#parts.clock
      .sleep(SOON, signal)
      .then(() => this.#flush())
      .catch(() => {})
      .finally(() => {
        this.#soon = undefined;
      });
  }

  async #reclaim(): Promise<void> {
    const { reclaim, onWarning = () => {} } = this.#parts;
    await reclaim?.(onWarning).catch((error: unknown) => this.#tellFailure(error));
  }

  async #flush(all = false): Promise<void> {
    const { clock, onWarning } = this.#parts;
    const flushed = [...this.#pockets].map(async ([key, pocket]) => {
      try {
        for (const told of await pocket.flush(clock.now(), all)) onWarning?.(pocket.limit, told);
      } catch (error) {
        this.#tellFailure(error);
      }
      if (pocket.isIdle) this.#pockets.delete(key);
    });
    await Promise.all(flushed);
  }
}
