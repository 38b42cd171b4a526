import type { ModelName } from './agent.ts';
import type { Budget } from './budget.ts';
import type { Duration } from './duration.ts';
import type { Infer, Schema } from './schema.ts';
import type { BareTool, Tool, ToolSet } from './tool.ts';

type Callable<T> =
  T extends Tool<infer InputSchema, infer Output>
    ? (input: Infer<InputSchema>) => Promise<Awaited<Output>>
    : T extends BareTool
      ? (input: unknown) => Promise<unknown>
      : never;

/** What can run as a child: an agent or a workflow of the same bundle. */
type Runnable = { readonly kind: 'agent' | 'workflow'; readonly name: string };
type OutputOf<D> = D extends { run: (...inputs: never[]) => Promise<infer Output> } ? Output : unknown;

export type GenerateOptions<S extends Schema | undefined = undefined> = {
  prompt: string;
  system?: string;
  /** Overrides the workflow's model for this call. */
  model?: ModelName;
  /** The answer as an object of this shape. */
  schema?: S;
  maxOutputTokens?: number;
  temperature?: number;
};

export type GenerateResult<S extends Schema | undefined = undefined> = {
  text: string;
  object: S extends Schema ? Infer<S> : undefined;
  usage: { inputTokens: number; outputTokens: number; usd: number };
};

export type ReviewRequest = {
  /** One line for the reviewer's list. */
  title: string;
  /** What the reviewer needs to decide; kept sealed. */
  detail?: unknown;
  /** After this long without an answer the decision is `expired`. Default 7 days. */
  expiresAfter?: Duration;
};

export type ReviewAnswer = {
  decision: 'approved' | 'denied' | 'expired';
  note?: string;
  by?: string;
};

export type ChildOptions = {
  /** At most this much of the parent's own budget. Default: all that is left. */
  budget?: Budget;
};

/**
 * All that a workflow may learn of the world and do to it. Each call is a step of the journal: after
 * a crash the workflow runs again from its first line, and every recorded step answers as it did.
 */
export type WorkflowContext<Tools extends ToolSet = ToolSet> = {
  readonly runId: string;
  readonly tenant: string;
  readonly session?: string;
  readonly subject?: string;
  /** The workflow's own tools, through the tool gateway. */
  readonly tools: { readonly [Name in keyof Tools]: Callable<Tools[Name]> };
  /** One model call, through the model gateway. */
  generate<S extends Schema | undefined = undefined>(options: GenerateOptions<S>): Promise<GenerateResult<S>>;
  /** Starts an agent or a workflow of the same bundle as a child run and waits for its output. */
  run<Definition extends Runnable>(
    definition: Definition,
    input: unknown,
    options?: ChildOptions,
  ): Promise<OutputOf<Definition>>;
  /** Asks a person. */
  review(request: ReviewRequest): Promise<ReviewAnswer>;
  /** Waits without memory or worker. */
  sleep(duration: Duration): Promise<void>;
  /**
   * Runs branches side by side; each has its own scope, so their step keys never collide. Waits for all of
   * them, then throws the failure of the first one that failed, in the order in which they are written.
   */
  all<Branches extends Record<string, (context: WorkflowContext<Tools>) => Promise<unknown>>>(
    branches: Branches,
  ): Promise<{ [Name in keyof Branches]: Awaited<ReturnType<Branches[Name]>> }>;
  /**
   * Ends this run and goes on as a new one of the same workflow, which starts with this input and an empty
   * journal: for work without an end, whose journal would grow without one. Code behind it does not run. The new
   * run stays on this run's version and has its session, subject, parent and webhook, and what is left of its
   * budget; children and reviews that are still open end with this run. Whoever waits for this run waits for the
   * last of the chain.
   *
   * @throws BulkheadError `invalid_input` when it does not fit the workflow's inputSchema
   * @example
   * await context.sleep('1h');
   * return context.continueAsNew({ seen: input.seen + 1 });
   */
  continueAsNew(input: unknown): Promise<never>;
  /** Runs a function once and records what it returned (JSON). */
  memo<Value>(name: string, produce: () => Value | Promise<Value>): Promise<Value>;
  /** Milliseconds since the epoch, recorded. */
  now(): Promise<number>;
  /** In [0, 1), recorded. */
  random(): Promise<number>;
  /** A UUIDv4, recorded. */
  uuid(): Promise<string>;
};
