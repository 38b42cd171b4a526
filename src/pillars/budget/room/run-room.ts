import { type Amount, committed, type Left, type Spending } from '../spending.ts';

/** A call that asks for room. */
export type RoomRequest = {
  /** Of its step: one call of a step is under way at a time. */
  key: string;
  /** The most that it may take. */
  amount: Amount;
  budget: Left;
  /** What the run's journal says now. */
  spending: () => Spending;
  /** Resolves when it may say something else. */
  changed: () => Promise<void>;
  signal: AbortSignal;
};

/** A call from when it has room until the run's journal says what it took. */
type Claim = { amount: Amount; isOver: boolean };
type Waiter = { request: RoomRequest; admit: () => void };

/**
 * The room that a run's budget has for calls side by side. A call that does not fit beside those under way stands in
 * line, first come first served, until they have given back what they did not need; with none under way it goes on
 * and is told what is left.
 *
 * @example
 * await room.enter({ key, amount, budget, spending: () => step.views.of(spending), changed: () => step.changed(), signal });
 * room.leave(key);
 */
export class RunRoom {
  readonly #claims = new Map<string, Claim>();
  readonly #line = new Set<Waiter>();
  #isWatching = false;

  /** @throws the signal's reason, when that fires before there is room */
  async enter(request: RoomRequest): Promise<void> {
    const { signal } = request;
    signal.throwIfAborted();
    if (this.#line.size === 0 && this.#mayPass(request)) return this.#claim(request);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { request, admit: resolve };
    const giveUp = () => {
      this.#line.delete(waiter);
      reject(signal.reason);
      // Who stood behind it may fit.
      this.#advance();
    };
    this.#line.add(waiter);
    signal.addEventListener('abort', giveUp, { once: true });
    this.#watch(request);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** The call is over; its run's journal says what it took, now or soon. */
  leave(key: string): void {
    const claim = this.#claims.get(key);
    if (claim !== undefined) claim.isOver = true;
    this.#advance();
  }

  /** The call gave up its memory: what it has set aside stays so, and nobody waits for it. */
  forget(key: string): void {
    this.#claims.delete(key);
    this.#advance();
  }

  #watch({ changed }: RoomRequest): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    void changed().then(() => {
      this.#isWatching = false;
      this.#advance();
      const [next] = this.#line;
      if (next !== undefined) this.#watch(next.request);
    });
  }

  #advance(): void {
    for (const waiter of this.#line) {
      if (!this.#mayPass(waiter.request)) return;
      this.#line.delete(waiter);
      this.#claim(waiter.request);
      waiter.admit();
    }
  }

  #claim({ key, amount }: RoomRequest): void {
    this.#claims.set(key, { amount, isOver: false });
  }

  #mayPass({ key, amount, budget, spending }: RoomRequest): boolean {
    const state = spending();
    const taken = committed(state);
    // What an earlier owner of the run had set aside for the same call.
    add(taken, state.reserved.get(key), -1);
    for (const [other, claim] of this.#claims) {
      if (state.reserved.has(other)) continue;
      if (claim.isOver) this.#claims.delete(other);
      else add(taken, claim.amount, 1);
    }
    return this.#claims.size === 0 || fits(amount, budget, taken);
  }
}

function fits(amount: Amount, budget: Left, taken: Amount): boolean {
  const within = (limit: number | null | undefined, unit: keyof Amount) =>
    limit === null || limit === undefined || taken[unit] + amount[unit] <= limit;
  return (
    within(budget.tokens, 'tokens') &&
    within(budget.inputTokens, 'inputTokens') &&
    within(budget.outputTokens, 'outputTokens') &&
    within(budget.usd, 'usd')
  );
}

function add(sum: Amount, amount: Amount | undefined, times: 1 | -1): void {
  if (amount === undefined) return;
  sum.tokens += times * amount.tokens;
  sum.inputTokens += times * amount.inputTokens;
  sum.outputTokens += times * amount.outputTokens;
  sum.usd += times * amount.usd;
}
