import type { LanguageModelV4 } from '@ai-sdk/provider';
import { thinkingWithinAnswer } from './thinking-within-answer.ts';
import { toolsWithoutReasoning } from './tools-without-reasoning.ts';

/** What a provider package needs to make its models. */
type ProviderSettings = {
  baseURL: string;
  apiKey: string | undefined;
  fetch: typeof globalThis.fetch;
};

/** Makes the model of one id. */
export type ModelFactory = (modelId: string) => LanguageModelV4;

/** One provider: where it is, what opens it, and how its package is loaded. */
export type Provider = {
  /** Variables that may hold the base URL; the first that is set wins. Each pairs with the key that may be sent there. */
  addresses: readonly { variable: string; keyVariable?: string }[];
  /** The base URL when none is set. A provider without one must be told. */
  baseURL?: string;
  /** The variable with the key for {@link baseURL}; a provider with one does not work without it. */
  keyVariable?: string;
  /** Brings a base URL to the form that the package expects. */
  normalize?: (baseURL: string) => string;
  load: (settings: ProviderSettings) => Promise<ModelFactory>;
};

/**
 * Every provider but `local`. Packages take 60 to 90 ms to load, so each is loaded with its first model.
 *
 * Base URLs carry the version, as the packages expect (`https://api.openai.com/v1`). `ANTHROPIC_BASE_URL` and
 * `OLLAMA_BASE_URL` may leave it out, because Anthropic's own tools and Ollama's do.
 */
export const providers: ReadonlyMap<string, Provider> = new Map<string, Provider>([
  [
    'openai',
    {
      addresses: [{ variable: 'OPENAI_BASE_URL', keyVariable: 'OPENAI_API_KEY' }],
      baseURL: 'https://api.openai.com/v1',
      keyVariable: 'OPENAI_API_KEY',
      load: async ({ baseURL, apiKey, fetch }) => {
        const { createOpenAI } = await import('@ai-sdk/openai');
        const openai = createOpenAI({ baseURL, apiKey: apiKey ?? '', fetch });
        return (modelId) => toolsWithoutReasoning(openai.chat(modelId));
      },
    },
  ],
  [
    'anthropic',
    {
      addresses: [{ variable: 'ANTHROPIC_BASE_URL', keyVariable: 'ANTHROPIC_API_KEY' }],
      baseURL: 'https://api.anthropic.com/v1',
      keyVariable: 'ANTHROPIC_API_KEY',
      normalize: withVersion,
      load: async ({ baseURL, apiKey, fetch }) => {
        const { createAnthropic } = await import('@ai-sdk/anthropic');
        const { getModelCapabilities } = await import('@ai-sdk/anthropic/internal');
        const anthropic = createAnthropic({ baseURL, apiKey: apiKey ?? '', fetch });
        return (modelId) =>
          thinkingWithinAnswer(
            anthropic.messages(modelId),
            getModelCapabilities(modelId).supportsAdaptiveThinking,
          );
      },
    },
  ],
  [
    'google',
    {
      addresses: [{ variable: 'GOOGLE_GENERATIVE_AI_BASE_URL', keyVariable: 'GOOGLE_GENERATIVE_AI_API_KEY' }],
      baseURL: 'https://generativelanguage.googleapis.com/v1beta',
      keyVariable: 'GOOGLE_GENERATIVE_AI_API_KEY',
      load: async ({ baseURL, apiKey, fetch }) => {
        const { createGoogle } = await import('@ai-sdk/google');
        return createGoogle({ baseURL, apiKey: apiKey ?? '', fetch }).languageModel;
      },
    },
  ],
  [
    'mistral',
    {
      addresses: [{ variable: 'MISTRAL_BASE_URL', keyVariable: 'MISTRAL_API_KEY' }],
      baseURL: 'https://api.mistral.ai/v1',
      keyVariable: 'MISTRAL_API_KEY',
      load: async ({ baseURL, apiKey, fetch }) => {
        const { createMistral } = await import('@ai-sdk/mistral');
        return createMistral({ baseURL, apiKey: apiKey ?? '', fetch }).chat;
      },
    },
  ],
  [
    'ollama',
    {
      addresses: [{ variable: 'OLLAMA_BASE_URL' }],
      baseURL: 'http://127.0.0.1:11434/v1',
      normalize: withVersion,
      load: (settings) => loadCompatible('ollama', settings),
    },
  ],
  [
    'openai-compatible',
    {
      // A server of one's own has a key of its own: OpenAI's key never goes to BULKHEAD_OPENAI_COMPATIBLE_URL.
      addresses: [
        { variable: 'BULKHEAD_OPENAI_COMPATIBLE_URL', keyVariable: 'BULKHEAD_OPENAI_COMPATIBLE_KEY' },
        { variable: 'OPENAI_BASE_URL', keyVariable: 'OPENAI_API_KEY' },
      ],
      load: (settings) => loadCompatible('openai-compatible', settings),
    },
  ],
]);

async function loadCompatible(
  name: string,
  { baseURL, apiKey, fetch }: ProviderSettings,
): Promise<ModelFactory> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({
    name,
    baseURL,
    fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
    ...(apiKey === undefined ? {} : { apiKey }),
  }).chatModel;
}

function withVersion(baseURL: string): string {
  return /\/v\d+\w*$/.test(baseURL) ? baseURL : `${baseURL}/v1`;
}
