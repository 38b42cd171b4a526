import type { ResolvedApproval } from './approval.ts';
import type { ResolvedBudget } from './budget.ts';
import type { Candidate } from './candidates.ts';
import type { Json } from './json.ts';
import type { DefinitionManifest, ToolManifest } from './manifest.ts';
import type { ModelRequest } from './model.ts';
import type { Service } from './price.ts';
import type { RunFacts } from './run.ts';
import type { ParseResult } from './schema.ts';
import type { Step } from './step.ts';

/** What both gateways know of a call. */
type GatewayCall = {
  readonly run: RunFacts;
  /** The agent or workflow that calls: its effects, approvals, models. */
  readonly definition: DefinitionManifest;
  /** The run's own limits: the definition's, lowered by who started it. */
  readonly budget: ResolvedBudget;
  readonly step: Step;
  /** Fires on cancel and shutdown; a middleware may add its own. */
  readonly signal: AbortSignal;
  /** When the signal fires because the working time is used up, by the worker's clock. Set by the deadline. */
  readonly deadline?: number;
};

/** One model call on its way down the model gateway. */
export type ModelCall = GatewayCall & {
  readonly request: ModelRequest;
  /** The model that is asked, `'provider/model'`: one of the candidates. */
  readonly model: string;
  /** All models that may answer, in the order in which they are to be asked. */
  readonly candidates: readonly Candidate[];
  /** How the provider is asked to serve it. Absent: its standard way. */
  readonly service?: Service;
  /** 1 for the first attempt. Set by the retry middleware. */
  readonly attempt: number;
  /** Text as it comes. Called only for what may be shown. */
  readonly onDelta: (delta: { text: string; attempt: number }) => void;
  /** Nobody waits for it longer than for an answer: it is not put into a batch, nor kept until a budget renews. */
  readonly atOnce?: true;
  /** The answer may still be thrown away: its text is not shown as it comes. */
  readonly heldBack?: true;
  /** Asks the author whether an answer will do. Absent: the definition has no `verify`, or it does not apply. */
  readonly verify?: (answer: Json) => Promise<boolean>;
};

/** The author's code of one tool, in its host. */
export type ToolCode = {
  /** Parses once with the author's own schema. */
  parse(input: Json): Promise<ParseResult>;
  /** Asks the author's `toolApproval`, where the definition has one for this tool. */
  approval(input: Json): Promise<ResolvedApproval>;
  /** Runs the tool, or its `compensate` when the call undoes another. */
  execute(call: ToolCall, idempotencyKey: string): Promise<Json>;
};

/** One tool call on its way down the tool gateway. */
export type ToolCall = GatewayCall & {
  readonly tool: ToolManifest;
  /** As the model or the workflow gave it; parsed JSON below the input-schema middleware. */
  readonly input: Json;
  readonly toolCallId: string;
  /** Calls that one answer of a model made together. */
  readonly batch?: { id: string; size: number };
  /** Set when this call undoes a completed one: its step key and its output. */
  readonly compensates?: { key: string; output: Json };
  readonly attempt: number;
  readonly code: ToolCode;
};

/** A tool's result, and what middlewares did to it. */
export type ToolResult = {
  output: Json;
  redactions?: Record<string, number>;
  /** The tool did not run: an earlier result was given again. `stale`: it is being fetched anew. */
  cached?: 'fresh' | 'stale';
  /** What a model is shown in place of the output, its tokens, and those of the whole. */
  shown?: { value: Json; tokens: number; of: number };
};
