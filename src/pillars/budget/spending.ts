import type { ResolvedBudget } from '../../contract/budget.ts';
import type { JournalView } from '../../contract/view.ts';

export type Amount = { tokens: number; usd: number };

/** What a run spent, and what it has set aside: for attempts under way and for children that still run. */
export type Spending = {
  spent: Amount;
  /** By step key. A step has at most one attempt under way. */
  reserved: Map<string, Amount>;
  /** By step key. */
  allowances: Map<string, Amount>;
};

/** Sums model calls, lost and failed attempts, reservations and children. */
export const spending: JournalView<Spending> = {
  name: 'spending',
  initial: () => ({ spent: { tokens: 0, usd: 0 }, reserved: new Map(), allowances: new Map() }),
  apply(state, { meta }) {
    switch (meta.kind) {
      case 'model.started':
        state.reserved.set(meta.key, { tokens: meta.reservedTokens, usd: meta.reservedUsd });
        break;
      case 'model.attempted':
        // An attempt that was aborted may be settled after its call was: it is charged once.
        if (state.reserved.delete(meta.key)) add(state.spent, meta);
        break;
      case 'model.completed': {
        const { usage } = meta;
        const reserved = state.reserved.get(meta.key);
        state.reserved.delete(meta.key);
        if (usage !== undefined)
          add(state.spent, { tokens: usage.inputTokens + usage.outputTokens, usd: meta.usd ?? 0 });
        // An attempt that nobody settled: it may have cost all that was set aside for it.
        else if (reserved !== undefined) add(state.spent, reserved);
        break;
      }
      case 'child.started':
        state.allowances.set(meta.key, { tokens: meta.allowance.tokens, usd: meta.allowance.usd ?? 0 });
        break;
      case 'child.completed':
        state.allowances.delete(meta.key);
        add(state.spent, meta);
        break;
    }
  },
};

/** What is spent or set aside, and so is nobody else's. */
export function committed({ spent, reserved, allowances }: Spending): Amount {
  const sum = { ...spent };
  for (const amount of reserved.values()) add(sum, amount);
  for (const amount of allowances.values()) add(sum, amount);
  return sum;
}

/**
 * What is left of a budget, at least 0; `usd` is null where the budget sets no limit.
 *
 * @example
 * remaining(step.views.of(spending), budget); // { tokens: 91_000, usd: 0.42 }
 */
export function remaining(
  state: Spending,
  budget: Pick<ResolvedBudget, 'tokens' | 'usd'>,
): { tokens: number; usd: number | null } {
  const { tokens, usd } = committed(state);
  return {
    tokens: Math.max(0, budget.tokens - tokens),
    usd: budget.usd === null ? null : Math.max(0, budget.usd - usd),
  };
}

function add(sum: Amount, { tokens, usd }: Amount): void {
  sum.tokens += tokens;
  sum.usd += usd;
}
