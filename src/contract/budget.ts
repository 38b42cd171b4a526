import type { Duration } from './duration.ts';

/** Limits of one run. What is not given takes {@link DEFAULT_BUDGET}; `usd` has no default limit. */
export type Budget = {
  /** US dollars for model calls. An unknown price under this limit is an error, never free. */
  usd?: number;
  /** Input and output tokens together. */
  tokens?: number;
  modelCalls?: number;
  toolCallsPerTurn?: number;
  /** Working time: it pauses while the run waits. */
  time?: Duration;
};

/** A budget with every default filled in; `time` in milliseconds. */
export type ResolvedBudget = {
  usd: number | null;
  tokens: number;
  modelCalls: number;
  toolCallsPerTurn: number;
  time: number;
};

export const DEFAULT_BUDGET: ResolvedBudget = {
  usd: null,
  tokens: 100_000,
  modelCalls: 50,
  toolCallsPerTurn: 10,
  time: 300_000,
};
