import type { calcPrice, ModelInfo, ModelPrice, Provider } from '@pydantic/genai-prices';
import type { TokenUsage } from '../../../contract/usage.ts';
import { plainPrice } from './plain-price.ts';
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

/** How long the rates of a model are taken to be the same: some change on a date, at the full minute. Milliseconds. */
const MINUTE = 60_000;

/** A model that was looked for: its provider, if it is listed, and its rates in the minute in which it was asked last. */
type Known = { provider: Provider | undefined; minute: number; price: ModelPrice | undefined };

/**
 * Loads the published prices. To find a model among some 900 patterns is most of the cost of a price, so what was
 * found is remembered by name, the unknown too. Its rates are asked for anew each minute; what a call costs by plain
 * ones is reckoned here, by others in the catalogue.
 *
 * @example
 * (await loadCatalogue()).priceOf('openai/gpt-5-mini', usage, new Date())?.usd; // 0.00045
 */
export async function loadCatalogue(): Promise<Catalogue> {
  const { calcPrice: calculate } = await import('@pydantic/genai-prices');
  const found = new Map<string, Known>();
  const knownOf = (model: string): Known => {
    let known = found.get(model);
    if (known === undefined) {
      known = { provider: find(model, calculate), minute: Number.NaN, price: undefined };
      if (found.size >= remembered) found.clear();
      found.set(model, known);
    }
    return known;
  };
  return {
    priceOf: (model, usage, at) => {
      const known = knownOf(model);
      const { provider } = known;
      if (provider === undefined) return undefined;
      const { cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
      const inputTokens = Math.max(usage.inputTokens, cacheReadTokens + cacheWriteTokens);
      const minute = Math.floor(at.getTime() / MINUTE);
      if (known.minute === minute && known.price !== undefined) {
        const usd = plainPrice(known.price, { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens });
        if (usd !== undefined) return { usd, ...publishedRates(known.price, inputTokens) };
      }
      const result = calculate(
        {
          input_tokens: inputTokens,
          output_tokens: outputTokens,
          cache_read_tokens: cacheReadTokens,
          cache_write_tokens: cacheWriteTokens,
        },
        modelIdOf(model),
        { provider, timestamp: at },
      );
      known.minute = minute;
      known.price = result?.model_price;
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
