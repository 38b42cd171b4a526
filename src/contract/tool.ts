import type { ToolCaching } from './cache.ts';
import type { Duration } from './duration.ts';
import type { Effect, Risk } from './effect.ts';
import type { Infer, Schema } from './schema.ts';

/** What a tool's function is handed beside its input. */
export type ToolContext = {
  /** Fetches through the worker, against the tool's `network`. Anything undeclared is refused. */
  fetch: typeof globalThis.fetch;
  /** Fires when the run is cancelled, its deadline passes or the tool's own timeout does. */
  abortSignal: AbortSignal;
  /** The same for every attempt of this call: hand it to the service that is changed. */
  idempotencyKey: string;
  toolCallId: string;
  run: { id: string; tenant: string; agent: string; session?: string; subject?: string };
};

/** How much of a tool's output a model is shown. Code and the journal always have all of it. */
export type ToolOutputPolicy = {
  /** Only these parts: names joined by dots, `'customer.name'`; lists on the way are gone through. */
  fields?: readonly string[];
  /** Default 8,000. */
  maxTokens?: number;
  /** What is kept of a longer one: its beginning and end, or the parts that are closest to the user's message. */
  cut?: OutputCut;
};

export const OUTPUT_CUTS = ['head-tail', 'query'] as const;
export type OutputCut = (typeof OUTPUT_CUTS)[number];

/** What an author declares of a tool. */
export type ToolDefinition<InputSchema extends Schema = Schema, Output = unknown> = {
  /** For the model: what it does and when to use it. */
  description: string;
  inputSchema: InputSchema;
  outputSchema?: Schema<Output>;
  effect: Effect;
  risk?: readonly Risk[];
  /** True when running it twice with the same idempotency key has one effect. Reads always are. */
  idempotent?: boolean;
  /** Origins it may fetch: `'api.example.com'` (https) or `'http://127.0.0.1:7461'` in `bulkhead dev`. */
  network?: readonly string[];
  /** Of one attempt. Default 60 s. */
  timeout?: Duration;
  /** Results that may be given again; of tools with `effect: 'read'` only. Default: none. */
  cache?: ToolCaching;
  /** Tags of cached results that a call of this tool makes untrue; of tools that change something. */
  invalidates?: readonly string[];
  /** US dollars that each call costs, each attempt of it; counted in budgets. Default 0. */
  cost?: number;
  /** Users' own words that call for this tool; they help a model choose. */
  examples?: readonly string[];
  output?: ToolOutputPolicy;
  /** Its latest result stays in the window while others are summarised or dropped: a customer's record, a plan. */
  pin?: boolean;
  execute: (input: Infer<InputSchema>, context: ToolContext) => Output | Promise<Output>;
  /** Undoes a completed call when its run is cancelled; newest call first. */
  compensate?: (input: Infer<InputSchema>, output: Output, context: ToolContext) => unknown;
};

/** A definition that passed its checks. */
export type Tool<InputSchema extends Schema = Schema, Output = unknown> = ToolDefinition<
  InputSchema,
  Output
> & {
  readonly kind: 'tool';
};

/** A tool as the AI SDK makes it, without declarations: it is treated as `effect: 'write'`. */
export type BareTool = {
  /** Text; the AI SDK also takes a function, which is asked once, when the definition is made. */
  description?: unknown;
  inputSchema: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the AI SDK's own tools are contravariant in their input.
  execute?: ((input: any, options: any) => unknown) | undefined;
};

/** Tools by the name that the model calls. */
// biome-ignore lint/suspicious/noExplicitAny: a set holds tools of many inputs; each one stays typed by itself.
export type ToolSet = Readonly<Record<string, Tool<any, any> | BareTool>>;
