import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Tier } from './agent.ts';
import type { CachedAnswer } from './cache.ts';
import type { Json } from './json.ts';
import type { PriceFacts, Service } from './price.ts';
import type { JsonSchema } from './schema.ts';
import type { TokenUsage } from './usage.ts';

/** A tool as a model is offered it. */
export type OfferedTool = {
  name: string;
  description: string;
  inputSchema: JsonSchema;
  /** The provider holds the model to the schema, where it can. */
  strict?: boolean;
  /** For models that choose by likeness: users' words, and what the tool does. */
  providerOptions?: {
    bulkhead?: { examples: string[]; effect: string };
    anthropic?: { cacheControl: { type: 'ephemeral' } };
  };
};

/** A model call as code asks for it: JSON, so that it can be journaled, hashed and sent. */
export type ModelRequest = {
  /** Overrides the definition's model. */
  model?: string;
  /** Models of this tier are asked first, where the definition has tiers. */
  tier?: Tier;
  /** Its text is for the code only: who watches the run is not shown it. */
  quiet?: boolean;
  /** Nobody reads along: the answer is wanted whole. It is the same answer either way. */
  whole?: true;
  prompt: LanguageModelV4Prompt;
  /** A prompt that is longer than the window is refused: nothing of it is left out. */
  untrimmed?: true;
  tools?: OfferedTool[];
  /** Whether it may, must or must not call a tool. Default: it may. */
  toolChoice?: { type: 'auto' | 'none' | 'required' } | { type: 'tool'; toolName: string };
  /** One tool call an answer, from providers that can be told so. */
  parallelToolCalls?: false;
  /** JSON of any shape, or of the schema's. `strict: false`: the schema is a hint that need not be OpenAI's subset. */
  responseFormat?: {
    type: 'json';
    schema?: JsonSchema;
    name?: string;
    description?: string;
    strict?: boolean;
  };
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  /** Texts at which the answer ends, themselves left out. */
  stopSequences?: string[];
  /** The same request is to be sampled alike, where the provider can. */
  seed?: number;
  /** In [-2, 2]: how little the answer repeats what it has said. */
  frequencyPenalty?: number;
  /** In [-2, 2]: how much the answer goes on to what it has not said. */
  presencePenalty?: number;
  reasoning?: LanguageModelV4CallOptions['reasoning'];
  /** Requests with the same key begin alike: providers that keep what they begin with send them to one place. */
  promptCacheKey?: string;
  /** The one answer of an agent whose budget is spent: it may use what is set aside for that. */
  lastTurn?: true;
};

/** A part of an answer, in the order in which the model gave it. */
export type ModelContent =
  | { type: 'text'; text: string; providerMetadata?: Json }
  | { type: 'reasoning'; text: string; providerMetadata?: Json }
  | {
      type: 'tool-call';
      toolCallId: string;
      toolName: string;
      /** Parsed JSON; the raw text when `invalid`. */
      input: Json;
      /** The model's arguments were no JSON. */
      invalid?: boolean;
      providerExecuted?: boolean;
      providerMetadata?: Json;
    }
  /** Files, sources and what later versions of the interface add, as they came. */
  | { type: 'other'; part: Json };

/** A whole answer. */
export type ModelResponse = {
  content: ModelContent[];
  finishReason: string;
  usage: TokenUsage;
  /** What the call cost, once the budget has settled it. */
  usd?: number;
  /** By what that was worked out. Absent where no price is known. */
  price?: PriceFacts;
  /** How the provider says that it served the call. Absent: its standard way. */
  service?: Service;
  /** The name that was asked: `'openai/gpt-5-mini'`. */
  model: string;
  /** The name that the provider says it used. */
  responseModel?: string;
  /** Tokens of the prompt as it was asked for, and how many a prompt may have at most. */
  window?: { tokens: number; limit: number };
  /** It answers one of several questions that shared a call: those may have had their say in it. */
  packed?: true;
  /** Set when no model was asked: `usage` and `usd` are 0 then. */
  cached?: CachedAnswer;
  /** In [0, 1], from models that say it. */
  confidence?: number;
  providerMetadata?: Json;
};
