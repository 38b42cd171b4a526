import type pg from 'pg';
import type { Clock } from '../../contract/clock.ts';
import type { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall, ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Json } from '../../contract/json.ts';
import type { ModelResponse } from '../../contract/model.ts';
import type { RunFacts, TerminalStatus } from '../../contract/run.ts';
import type { TokenUsage } from '../../contract/usage.ts';
import type { Delta, RunNews } from '../../foundation/journal/index.ts';
import type { ContinuingRun, NamedRun } from '../../foundation/queue/index.ts';
import type { DataKey } from '../../foundation/vault/index.ts';
import type { ReviewDesk } from '../../pillars/review/index.ts';
import type { ReadSession } from './read-session.ts';

/** How a child run ended, read from its own journal. */
export type ChildResult = {
  status: TerminalStatus;
  output: Json;
  error?: { code: string; message: string };
  /** As the providers counted them, its own children's too. */
  usage: Pick<TokenUsage, 'inputTokens' | 'outputTokens'>;
  /** What it cost its budget: attempts that were lost count as well. */
  tokens: number;
  usd: number;
  /** Its own children's too. */
  modelCalls: number;
  toolCalls: number;
};

/** All that an execution reaches beyond its journal and its code. */
export type ExecutorServices = {
  toolGateway: (call: ToolCall) => Promise<ToolResult>;
  modelGateway: (call: ModelCall) => Promise<ModelResponse>;
  reviews: ReviewDesk;
  clock: Clock;
  /** Told why a run stands still, and what to do: the database does not do what a service asks of it. */
  onDatabaseFailure?: (reason: BulkheadError) => void;
  /** For definitions that name no model. */
  defaultModel: string;
  /** @throws BulkheadError `child_too_deep` */
  createChild: (run: NamedRun) => Promise<void>;
  /** Makes the run that goes on in place of another, in the transaction that ends that one. */
  continueRun: (client: pg.PoolClient, run: ContinuingRun) => Promise<void>;
  /** Asks for the end of these children; returns those that will tell of it. */
  cancelChildren: (parent: RunFacts, children: readonly string[]) => Promise<string[]>;
  readChild: (tenant: string, run: string) => Promise<ChildResult>;
  /** What the session's earlier runs said, as far as it belongs into this one's prompt. */
  readSession: ReadSession;
  /** For whoever watches runs in this process. */
  news: RunNews;
  /** For whoever watches them elsewhere. */
  publishDelta: (run: { id: string; tenant: string; key: DataKey }, delta: Delta) => Promise<void>;
  /** A result that came after the run had passed to another owner. */
  fileLateEffect: (
    run: RunFacts,
    effect: { key: string; tool: string; outcome: 'ok' | 'error' },
  ) => Promise<void>;
};
