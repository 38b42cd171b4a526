import type { JournalView } from '../../../contract/view.ts';
import type { RunUsage } from '../../../foundation/journal/index.ts';
import { nanoUsd } from '../spend/nano-usd.ts';

type Reserved = { model: string; inputTokens: number; outputTokens: number; usd: number };

export type UsageState = {
  /** By day and model. */
  sums: Map<string, RunUsage>;
  /** Attempts under way, by step key. */
  reserved: Map<string, Reserved>;
};

/**
 * What a run cost by itself, by day (UTC) and model; what tools cost stands under no model. What children cost is
 * theirs: they are runs.
 */
export const runUsage: JournalView<UsageState> = {
  name: 'run-usage',
  initial: () => ({ sums: new Map(), reserved: new Map() }),
  apply(state, { meta }) {
    const on = (model: string) => sumOf(state, meta.at, model);
    switch (meta.kind) {
      case 'model.started': {
        const { model, reservedTokens, reservedInputTokens = 0, reservedUsd: usd } = meta;
        const outputTokens = reservedTokens - reservedInputTokens;
        state.reserved.set(meta.key, { model, inputTokens: reservedInputTokens, outputTokens, usd });
        break;
      }
      case 'model.attempted': {
        if (!state.reserved.delete(meta.key)) break;
        const { tokens, inputTokens = 0, usd } = meta;
        add(on(meta.model), { inputTokens, outputTokens: tokens - inputTokens, usd });
        break;
      }
      case 'model.completed': {
        const reserved = state.reserved.get(meta.key);
        state.reserved.delete(meta.key);
        const model = meta.model ?? reserved?.model ?? '';
        if (meta.usage !== undefined) add(on(model), { ...meta.usage, usd: meta.usd ?? 0 });
        else if (reserved !== undefined) add(on(model), reserved);
        // What a control denied was not asked.
        if (meta.outcome !== 'denied') on(model).modelCalls += 1;
        break;
      }
      case 'tool.requested':
        if (meta.compensates === undefined) on('').toolCalls += 1;
        break;
      case 'run.succeeded':
      case 'run.failed':
      case 'run.cancelled':
      case 'run.continued':
        // An attempt that waits in a batch of its provider does not end with its run.
        for (const { model, ...cost } of state.reserved.values()) add(on(model), cost);
        state.reserved.clear();
        break;
      case 'tool.started':
        if (meta.usd !== undefined) on('').nanoUsd += nanoUsd(meta.usd);
        break;
    }
  },
};

function sumOf({ sums }: UsageState, at: number, model: string): RunUsage {
  const day = new Date(at).toISOString().slice(0, 10);
  const key = `${day} ${model}`;
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { day, model, modelCalls: 0, toolCalls: 0, inputTokens: 0, outputTokens: 0, nanoUsd: 0 };
    sums.set(key, sum);
  }
  return sum;
}

function add(sum: RunUsage, cost: { inputTokens: number; outputTokens: number; usd: number }): void {
  sum.inputTokens += cost.inputTokens;
  sum.outputTokens += cost.outputTokens;
  sum.nanoUsd += nanoUsd(cost.usd);
}
