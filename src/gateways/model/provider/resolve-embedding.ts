import type { EmbeddingModelV4 } from '@ai-sdk/provider';
import { parseModelName, unknownModel } from './model-name.ts';
import { type Environment, providerAccess } from './provider-access.ts';
import { providers } from './providers.ts';

type Settings = { baseURL: string; apiKey: string; fetch: typeof globalThis.fetch };
type EmbeddingFactory = (settings: Settings, modelId: string) => Promise<EmbeddingModelV4>;

const compatible =
  (name: string): EmbeddingFactory =>
  async (settings, modelId) => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    return createOpenAICompatible({ name, ...settings }).embeddingModel(modelId);
  };

/** Providers that have embedding models; their packages are loaded when one is asked for. */
const factories: ReadonlyMap<string, EmbeddingFactory> = new Map<string, EmbeddingFactory>([
  [
    'openai',
    async (settings, modelId) =>
      (await import('@ai-sdk/openai')).createOpenAI(settings).embeddingModel(modelId),
  ],
  [
    'google',
    async (settings, modelId) =>
      (await import('@ai-sdk/google')).createGoogle(settings).embeddingModel(modelId),
  ],
  [
    'mistral',
    async (settings, modelId) =>
      (await import('@ai-sdk/mistral')).createMistral(settings).embeddingModel(modelId),
  ],
  ['ollama', compatible('ollama')],
  ['openai-compatible', compatible('openai-compatible')],
]);

/**
 * The embedding model of `'provider/model'`, with the keys and addresses of that provider's language models.
 *
 * @throws BulkheadError `unknown_model`, `missing_key`, `missing_base_url` or `invalid_base_url`
 */
export async function resolveEmbedding(
  name: string,
  environment: Environment,
  fetch: typeof globalThis.fetch,
): Promise<EmbeddingModelV4> {
  const { provider: providerName, modelId } = parseModelName(name);
  const provider = providers.get(providerName);
  const factory = factories.get(providerName);
  if (provider === undefined || factory === undefined) {
    throw unknownModel(name, `"${providerName}" has no embedding models here.`);
  }
  const { baseURL, apiKey = '' } = providerAccess(name, provider, environment);
  return factory({ baseURL, apiKey, fetch }, modelId);
}
