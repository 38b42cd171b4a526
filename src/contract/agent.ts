import type { ToolApproval } from './approval.ts';
import type { Budget } from './budget.ts';
import type { ModelCaching } from './cache.ts';
import type { Effect } from './effect.ts';
import type { Json } from './json.ts';
import type { RetentionClass } from './retention.ts';
import type { Infer, Schema } from './schema.ts';
import type { Tool, ToolSet } from './tool.ts';

/** Model tiers, smallest first. */
export const TIERS = ['edge', 'small', 'large', 'expert'] as const;
export type Tier = (typeof TIERS)[number];

/** `'provider/model'`, as in `'anthropic/claude-sonnet-5'`, or `'local'`. */
export type ModelName = string;
/** One model, or several: the first is asked, the others when those before them cannot answer. */
export type ModelNames = ModelName | readonly ModelName[];
/** Models for every task, or for some of the tiers. */
export type ModelChoice = ModelNames | Partial<Record<Tier, ModelNames>>;

/** Under this name stand the model calls of clients that name no agent. */
export const DIRECT_NAME = 'direct';

/**
 * What becomes of a model call when none of its models can answer at the moment: the run waits without memory and
 * goes on by itself; the local model answers; a person does; or the run fails.
 */
export const ON_OUTAGE = ['wait', 'local', 'escalate', 'fail'] as const;
export type OnOutage = (typeof ON_OUTAGE)[number];

/** Undeclared effects are denied. Default `['read']`. */
export type EffectPolicy = { effects: readonly Effect[] };

// biome-ignore lint/suspicious/noExplicitAny: what a bare tool takes is not known; its approval may say.
type InputOf<T> = T extends Tool<infer InputSchema, infer _Output> ? Infer<InputSchema> : any;

/** How an agent fills its models' context window. */
export type WindowPolicy = {
  /** Tokens of a prompt and its answer together, at most. Default: the window of the largest model. */
  tokens?: number;
  /** The part of the window from which on what is oldest is summarised, before it has to be dropped. Default 0.7. */
  compactAt?: number;
  /** How many of the latest turns, and of tool calls in a turn, stay as they were said, as far as they fit. Default 20. */
  keepTurns?: number;
  /** Facts that the model is always given, one a line after the rules. */
  pinned?: readonly string[];
};

/** Which tier is asked first, and what becomes of an answer that will not do. Declaring it, even empty, collects samples. */
export type RoutingPolicy = {
  /**
   * An answer of a smaller tier is checked before anybody sees it, and the next larger tier is asked where it does not
   * pass: it was cut off or refused, it calls tools that are not there or with arguments that do not fit, it is not of
   * the output schema, its model is not sure, or `verify` says no. Default false.
   */
  cascade?: boolean;
  /**
   * Whether an answer will do: its text, or the object where a schema was asked for. `input` is the run's. It is not
   * asked about answers that call tools, nor about those of chats, whose input is a conversation. One that throws or
   * takes longer than 10 s has not passed the answer.
   */
  verify?(answer: Json, input: Json): boolean | Promise<boolean>;
  /** The share of calls in [0, 1] that another tier is asked too, unseen, so that both can be compared. Default 0. */
  shadow?: number;
  /** What the answers must come to, as a share of what the larger tier's would. Default: the operator's, or 0.95. */
  quality?: number;
};

/** How model calls of runs of the lane `batch` are asked. `false`: as those of other lanes, at the full price. */
export type BatchPolicy =
  | false
  | {
      /**
       * So many queries that differ in nothing but one short user message may share one call, which answers them as a
       * list: from 2 to 32. Each sees the others' questions in its context. Default: none.
       */
      pack?: number;
    };

/** What an agent and a workflow both declare: with which tools, models and limits they work. */
export type Governed<Tools extends ToolSet = ToolSet> = {
  /** Letters, digits, `-` and `_`; unique in a bundle. */
  name: string;
  description?: string;
  /** None: the model that the installation chose as its default. */
  model?: ModelChoice;
  /** Which of its tiers is asked first. Default: the smallest that may be. */
  routing?: RoutingPolicy;
  /** Regions in which its data may be processed, as the operator names them: `['eu']`. Default: anywhere. */
  residency?: readonly string[];
  /** When no model can answer. Default `'wait'`. */
  onOutage?: OnOutage;
  policy?: EffectPolicy;
  tools?: Tools;
  toolApproval?: { readonly [Name in keyof Tools]?: ToolApproval<InputOf<Tools[Name]>> };
  budget?: Budget;
  /** Answers that may be given again without asking a model. Default: none. */
  cache?: ModelCaching;
  /** Runs of the lane `batch`. Default: through the provider's batch interface, at half the price, where it has one. */
  batch?: BatchPolicy;
  /** How long its runs' journals are kept; their children's too. Default `'standard'`. */
  retention?: RetentionClass;
};

export type AgentDefinition<Tools extends ToolSet = ToolSet> = Governed<Tools> & {
  instructions: string;
  /** Hard rules, given to the model after the instructions, one a line. */
  rules?: readonly string[];
  /** Default: a string, the user's message. */
  inputSchema?: Schema;
  /** The answer as an object of this shape. Default: text. */
  outputSchema?: Schema;
  window?: WindowPolicy;
  /** A model that says it is less sure than this is not believed: a person answers. Default 0.6. */
  escalateBelow?: number;
};

export type Agent<Tools extends ToolSet = ToolSet> = AgentDefinition<Tools> & { readonly kind: 'agent' };
