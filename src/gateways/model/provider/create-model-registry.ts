import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import { hasBatches, type ModelBatches, modelBatches } from './batch/index.ts';
import { createModelFetch } from './create-model-fetch.ts';
import { parseModelName, unknownModel } from './model-name.ts';
import { type Access, type Environment, providerAccess } from './provider-access.ts';
import { providerEndpoint } from './provider-endpoint.ts';
import { type ModelFactory, type Provider, providers } from './providers.ts';
import { resolveEmbedding } from './resolve-embedding.ts';

/** Turns names of models into models. */
export type ModelRegistry = {
  /**
   * Throws what {@link resolve} would throw, and loads nothing: for a deployment, before the first run.
   *
   * @throws BulkheadError `unknown_model`, `missing_key`, `missing_base_url` or `invalid_base_url`
   */
  check(name: string): void;
  /** The model of a name. The first of a provider loads its package. */
  resolve(name: string): Promise<LanguageModelV4>;
  /**
   * The embedding model of a name.
   *
   * @throws BulkheadError as {@link check} does; `unknown_model` for a provider without embedding models
   */
  resolveEmbedding(name: string): Promise<EmbeddingModelV4>;
  /**
   * The batch interface of a model's provider.
   *
   * @returns undefined: it has none that is spoken here
   * @throws BulkheadError as {@link check} does
   */
  batches(name: string): ModelBatches | undefined;
  /** Cuts calls under way and closes the registry's connections. */
  close(): Promise<void>;
};

/**
 * A registry of `openai/…` (over Chat Completions), `anthropic/…`, `google/…`, `mistral/…`, `ollama/…`,
 * `openai-compatible/…` and `local`. Keys and addresses come from `environment` alone:
 *
 * | provider | key | base URL |
 * |---|---|---|
 * | openai | `OPENAI_API_KEY` | `OPENAI_BASE_URL` |
 * | anthropic | `ANTHROPIC_API_KEY` | `ANTHROPIC_BASE_URL` |
 * | google | `GOOGLE_GENERATIVE_AI_API_KEY` | `GOOGLE_GENERATIVE_AI_BASE_URL` |
 * | mistral | `MISTRAL_API_KEY` | `MISTRAL_BASE_URL` |
 * | ollama | none | `OLLAMA_BASE_URL`, default `http://127.0.0.1:11434` |
 * | openai-compatible | `BULKHEAD_OPENAI_COMPATIBLE_KEY`, may be missing | `BULKHEAD_OPENAI_COMPATIBLE_URL` |
 * | openai-compatible | `OPENAI_API_KEY`, may be missing | else `OPENAI_BASE_URL` |
 *
 * @example
 * const registry = createModelRegistry({ environment: process.env });
 * const model = await registry.resolve('anthropic/claude-haiku-4-5');
 */
export function createModelRegistry({
  environment,
  fetch,
  local,
}: {
  environment: Environment;
  /** Takes the place of the pooled `fetch` that the registry makes for itself. */
  fetch?: typeof globalThis.fetch;
  /** Makes the model behind `local`. */
  local?: () => LanguageModelV4;
}): ModelRegistry {
  const connection = fetch === undefined ? createModelFetch() : { fetch, close: async () => {} };
  const factories = new Map<string, Promise<ModelFactory>>();
  let localModel: LanguageModelV4 | undefined;

  const load = (name: string, provider: Provider, access: Access): Promise<ModelFactory> => {
    const loaded = factories.get(name);
    if (loaded !== undefined) return loaded;
    const loading = provider.load({ ...access, fetch: connection.fetch });
    factories.set(name, loading);
    // What failed is forgotten, so that the next call tries again.
    loading.catch(() => factories.delete(name));
    return loading;
  };

  const prepare = (name: string): (() => Promise<LanguageModelV4>) => {
    const { provider: providerName, modelId } = parseModelName(name);
    const provider = providers.get(providerName);
    if (provider === undefined) {
      if (local === undefined) throw unknownModel(name, 'This process was started without the local model.');
      return async () => {
        localModel ??= local();
        return localModel;
      };
    }
    const access = providerAccess(name, provider, environment);
    return async () => (await load(providerName, provider, access))(modelId);
  };

  return {
    check: (name) => {
      prepare(name);
    },
    resolve: async (name) => prepare(name)(),
    resolveEmbedding: (name) => resolveEmbedding(name, environment, connection.fetch),
    batches: (name) => {
      const { provider: providerName, modelId } = parseModelName(name);
      const provider = providers.get(providerName);
      if (provider === undefined || !hasBatches(providerName)) return undefined;
      const access = providerAccess(name, provider, environment);
      const { baseURL, headers } = providerEndpoint(providerName, environment);
      return modelBatches(providerName, { baseURL, headers, fetch: connection.fetch, name }, async (fetch) =>
        (await provider.load({ ...access, fetch }))(modelId),
      );
    },
    close: connection.close,
  };
}
