import { calcPrice, type ModelPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { plainPrice } from './plain-price.ts';

const usages = [
  { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  { inputTokens: 1_234, outputTokens: 567, cacheReadTokens: 0, cacheWriteTokens: 0 },
  { inputTokens: 300_000, outputTokens: 4_096, cacheReadTokens: 120_000, cacheWriteTokens: 9 },
];
const models = [
  'openai/gpt-5-mini',
  'openai/gpt-4o',
  'openai/gpt-4.1-nano',
  'anthropic/claude-haiku-4-5',
  'anthropic/claude-opus-4-1',
  'mistral/mistral-large-latest',
];

describe('the price of a call by plain rates', () => {
  it.each(models.flatMap((model) => usages.map((usage) => [model, usage] as const)))(
    'is what the catalogue reckons: %s, %o',
    (name, usage) => {
      const [providerId = '', model = ''] = name.split('/');
      const found = calcPrice(
        {
          input_tokens: usage.inputTokens,
          output_tokens: usage.outputTokens,
          cache_read_tokens: usage.cacheReadTokens,
          cache_write_tokens: usage.cacheWriteTokens,
        },
        model,
        { providerId },
      );
      expect(found).not.toBeNull();
      const plain = plainPrice(found?.model_price ?? {}, usage);
      if (plain !== undefined) expect(plain).toBeCloseTo(found?.total_price ?? Number.NaN, 12);
      else expect(JSON.stringify(found?.model_price)).toMatch(/tiers|audio|kcount/);
    },
  );

  it.each<ModelPrice>([
    { input_mtok: { base: 1, tiers: [{ start: 200_000, price: 2 }] }, output_mtok: 3 },
    { input_mtok: 1, output_mtok: 3, requests_kcount: 35 },
    { input_mtok: 1 },
  ])('is left to the catalogue where there is more to it: %o', (price) => {
    expect(plainPrice(price, usages[1] as (typeof usages)[number])).toBeUndefined();
  });
});
