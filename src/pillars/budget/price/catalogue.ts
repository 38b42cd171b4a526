import type { calcPrice, ModelInfo, Provider } from '@pydantic/genai-prices';
import type { TokenUsage } from '../../../contract/usage.ts';
import { publishedRates, type Rates } from './published-rates.ts';

/** The published prices. */
export type Catalogue = {
  /** @returns US dollars and their rates, or `undefined` when the model is not listed */
  priceOf(model: string, usage: TokenUsage, at: Date): ({ usd: number } & Rates) | undefined;
};

/** Only these: elsewhere the same model's name may stand for another price. */
const listed = new Set(['openai', 'anthropic', 'google', 'mistral']);

/** Names come from definitions and requests, so what is remembered of them must end somewhere. */
const remembered = 1_000;

/**
 * Loads the published prices. To find a model among some 900 patterns is most of the cost of a price, so what was
 * found is remembered by name, the unknown too. The price itself is worked out anew each time: it depends on the
 * length of the prompt and on the date.
 *
 * @example
 * (await loadCatalogue()).priceOf('openai/gpt-5-mini', usage, new Date())?.usd; // 0.00045
 */
export async function loadCatalogue(): Promise<Catalogue> {
  const prices = await import('@pydantic/genai-prices');
  const found = new Map<string, Provider | undefined>();
  return {
    priceOf: (model, usage, at) => {
      let provider = found.get(model);
      if (!found.has(model)) {
        provider = find(model, prices.calcPrice);
        if (found.size >= remembered) found.clear();
        found.set(model, provider);
      }
      if (provider === undefined) return undefined;
      const { cacheReadTokens, cacheWriteTokens } = usage;
      const inputTokens = Math.max(usage.inputTokens, cacheReadTokens + cacheWriteTokens);
      const result = prices.calcPrice(
        {
          input_tokens: inputTokens,
          output_tokens: usage.outputTokens,
          cache_read_tokens: cacheReadTokens,
          cache_write_tokens: cacheWriteTokens,
        },
        modelIdOf(model),
        { provider, timestamp: at },
      );
      return result === null
        ? undefined
        : { usd: result.total_price, ...publishedRates(result.model_price, inputTokens) };
    },
  };
}

/** The provider of a model, with that model alone in its list. */
function find(model: string, calculate: typeof calcPrice): Provider | undefined {
  const providerId = model.slice(0, model.indexOf('/'));
  if (!listed.has(providerId)) return undefined;
  const result = calculate({ input_tokens: 0, output_tokens: 0 }, modelIdOf(model), { providerId });
  if (result === null) return undefined;
  const only: ModelInfo[] = [result.model];
  return { ...result.provider, models: only };
}

function modelIdOf(model: string): string {
  return model.slice(model.indexOf('/') + 1);
}
