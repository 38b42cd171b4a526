import type { Duration } from './duration.ts';

/**
 * What becomes of an agent whose budget is spent: its run fails, or it answers once more with what is known, out of
 * a part that is set aside for that from the start.
 */
export const WHEN_SPENT = ['fail', 'partial'] as const;
export type WhenSpent = (typeof WHEN_SPENT)[number];

/** Limits of one run. What is not given takes {@link DEFAULT_BUDGET}; what has no default there has no limit. */
export type Budget = {
  /** US dollars, for model calls and for tools that declare a cost. An unknown price under this limit is an error, never free. */
  usd?: number;
  /** Input and output tokens together. */
  tokens?: number;
  inputTokens?: number;
  outputTokens?: number;
  /** With those of the run's children. */
  modelCalls?: number;
  /** A call beyond it is denied, and the model is told so. */
  toolCallsPerTurn?: number;
  /** With those of the run's children. The call beyond it ends the run. */
  toolCalls?: number;
  /** Working time: it pauses while the run waits. */
  time?: Duration;
  /**
   * Of agents. `'partial'`: the run succeeds with a short answer that is marked `partial`. A run whose `time` is up
   * fails all the same: there is no time left in which to answer. Default `'fail'`.
   */
  whenSpent?: WhenSpent;
};

/** A budget with every default filled in; `time` in milliseconds. A limit that is absent is none. */
export type ResolvedBudget = {
  usd: number | null;
  tokens: number;
  inputTokens?: number;
  outputTokens?: number;
  modelCalls: number;
  toolCallsPerTurn: number;
  toolCalls?: number;
  time: number;
  /** Absent: `'fail'`. */
  whenSpent?: WhenSpent;
};

export const DEFAULT_BUDGET: ResolvedBudget = {
  usd: null,
  tokens: 100_000,
  modelCalls: 50,
  toolCallsPerTurn: 10,
  time: 300_000,
};

/** Of which a run's budget is a sum: what its children may spend of it is set aside. */
export type Allowance = Pick<ResolvedBudget, 'usd' | 'tokens'> &
  Partial<Pick<ResolvedBudget, 'inputTokens' | 'outputTokens' | 'modelCalls' | 'toolCalls'>>;
