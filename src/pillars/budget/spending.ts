import type { ResolvedBudget } from '../../contract/budget.ts';
import type { JournalView } from '../../contract/view.ts';

/** `tokens` are input and output together. */
export type Amount = { tokens: number; inputTokens: number; outputTokens: number; usd: number };

/** What a run spent, and what it has set aside: for attempts under way and for children that still run. */
export type Spending = {
  spent: Amount;
  /** By step key. A step has at most one attempt under way. */
  reserved: Map<string, Amount>;
  /** By step key. */
  allowances: Map<string, Amount>;
  /** US dollars of tool calls that were let in and are not written down yet, by step key. Their gateway's to keep. */
  admitted: Map<string, number>;
};

/** Sums model calls, lost and failed attempts, tool calls that cost something, reservations and children. */
export const spending: JournalView<Spending> = {
  name: 'spending',
  initial: () => ({ spent: nothing(), reserved: new Map(), allowances: new Map(), admitted: new Map() }),
  apply(state, { meta }) {
    switch (meta.kind) {
      case 'model.started':
        state.reserved.set(
          meta.key,
          split({
            tokens: meta.reservedTokens,
            inputTokens: meta.reservedInputTokens,
            usd: meta.reservedUsd,
          }),
        );
        break;
      case 'model.attempted':
        // An attempt that was aborted may be settled after its call was: it is charged once.
        if (state.reserved.delete(meta.key)) add(state.spent, split(meta));
        break;
      case 'model.completed': {
        const { usage } = meta;
        const reserved = state.reserved.get(meta.key);
        state.reserved.delete(meta.key);
        if (usage !== undefined) {
          const { inputTokens, outputTokens } = usage;
          add(state.spent, {
            tokens: inputTokens + outputTokens,
            inputTokens,
            outputTokens,
            usd: meta.usd ?? 0,
          });
        }
        // An attempt that nobody settled: it may have cost all that was set aside for it.
        else if (reserved !== undefined) add(state.spent, reserved);
        break;
      }
      case 'tool.started':
        state.admitted.delete(meta.key);
        state.spent.usd += meta.usd ?? 0;
        break;
      case 'child.started': {
        const { tokens, inputTokens, outputTokens, usd } = meta.allowance;
        state.allowances.set(meta.key, {
          tokens,
          inputTokens: inputTokens ?? 0,
          outputTokens: outputTokens ?? 0,
          usd: usd ?? 0,
        });
        break;
      }
      case 'child.completed':
        state.allowances.delete(meta.key);
        add(state.spent, {
          tokens: meta.tokens,
          inputTokens: meta.usage?.inputTokens ?? 0,
          outputTokens: meta.usage?.outputTokens ?? 0,
          usd: meta.usd,
        });
        break;
      case 'run.succeeded':
      case 'run.failed':
      case 'run.cancelled':
      case 'run.continued':
        // An attempt that waits in a batch of its provider does not end with its run.
        for (const reserved of state.reserved.values()) add(state.spent, reserved);
        state.reserved.clear();
        break;
    }
  },
};

/** What is spent or set aside, and so is nobody else's. */
export function committed({ spent, reserved, allowances, admitted }: Spending): Amount {
  const sum = { ...spent };
  for (const amount of reserved.values()) add(sum, amount);
  for (const amount of allowances.values()) add(sum, amount);
  for (const usd of admitted.values()) sum.usd += usd;
  return sum;
}

/** What is left of the limits that are sums. */
export type Left = Pick<ResolvedBudget, 'usd' | 'tokens' | 'inputTokens' | 'outputTokens'>;

/**
 * What is left of a budget, at least 0; where the budget sets no limit, `usd` is null and others are absent.
 *
 * @example
 * remaining(step.views.of(spending), budget); // { tokens: 91_000, usd: 0.42 }
 */
export function remaining(state: Spending, budget: Left): Left {
  const { tokens, inputTokens, outputTokens, usd } = committed(state);
  const left = (limit: number, taken: number) => Math.max(0, limit - taken);
  return {
    tokens: left(budget.tokens, tokens),
    usd: budget.usd === null ? null : left(budget.usd, usd),
    ...(budget.inputTokens === undefined ? {} : { inputTokens: left(budget.inputTokens, inputTokens) }),
    ...(budget.outputTokens === undefined ? {} : { outputTokens: left(budget.outputTokens, outputTokens) }),
  };
}

function nothing(): Amount {
  return { tokens: 0, inputTokens: 0, outputTokens: 0, usd: 0 };
}

/** Entries of earlier versions do not say which part of the tokens was input. */
function split({
  tokens,
  inputTokens = 0,
  usd,
}: {
  tokens: number;
  inputTokens?: number | undefined;
  usd: number;
}): Amount {
  return { tokens, inputTokens, outputTokens: tokens - inputTokens, usd };
}

function add(sum: Amount, amount: Amount): void {
  sum.tokens += amount.tokens;
  sum.inputTokens += amount.inputTokens;
  sum.outputTokens += amount.outputTokens;
  sum.usd += amount.usd;
}
