import type pg from 'pg';
import type { WaitReason } from '../../contract/entry.ts';
import type { TerminalStatus } from '../../contract/run.ts';

/** Sums for lists; each is derived from the journal. */
export type RunSums = {
  inputTokens: number;
  outputTokens: number;
  usd: number;
  modelCalls: number;
  toolCalls: number;
};

/** What a run cost by itself on one day (UTC) by one model; tools cost under the model `''`. */
export type RunUsage = {
  /** `2026-11-22`. */
  day: string;
  model: string;
  modelCalls: number;
  toolCalls: number;
  inputTokens: number;
  outputTokens: number;
  /** Billionths of a US dollar. */
  nanoUsd: number;
};

/** The run that goes on, and what makes it, in the transaction that ends the one before. */
export type Continuation = { run: string; create: (client: pg.PoolClient) => Promise<void> };

/**
 * What becomes of the run's row in the same commit as its last frame: it ended, it waits, or it is
 * handed back for any worker to take.
 */
export type Settlement = {
  status: TerminalStatus | 'waiting' | 'queued';
  /** Inbox messages that the journal holds; more in the row means that the run is ready again at once. */
  seen: number;
  wakeAt?: number;
  waitingFor?: WaitReason[];
  errorCode?: string;
  hostDeaths?: number;
  /** The run ends because another goes on in its place: nobody is told of an end yet. */
  continuedAs?: Continuation;
  sums: RunSums;
  /** What it cost by now, by day and model. Derived from the journal, and kept longer. */
  usage?: readonly RunUsage[];
};
