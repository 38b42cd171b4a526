import { beforeAll, describe, expect, it } from 'vitest';
import { NO_USAGE, type TokenUsage } from '../../../contract/usage.ts';
import { loadPriceBook, type PriceBook } from './index.ts';

const usageOf = (fields: Partial<TokenUsage>): TokenUsage => ({ ...NO_USAGE, ...fields });
const perMillion = (...terms: number[]) => terms.reduce((sum, term) => sum + term, 0) / 1_000_000;

function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a price of the catalogue', () => {
  let prices: PriceBook;
  beforeAll(async () => {
    prices = await loadPriceBook({ now: () => Date.UTC(2026, 5, 1) });
  });

  it('counts tokens of the cache at their own rate: OpenAI', () => {
    const usage = usageOf({ inputTokens: 1_000, cacheReadTokens: 200, outputTokens: 100 });
    const { usd, source } = prices.priceOf({ model: 'openai/gpt-5-mini', usage });
    expect(usd).toBeCloseTo(perMillion(800 * 0.25, 200 * 0.025, 100 * 2), 12);
    expect(source).toBe('catalogue');
  });

  it('counts what was written to the cache too: Anthropic', () => {
    const usage = usageOf({
      inputTokens: 1_000,
      cacheReadTokens: 100,
      cacheWriteTokens: 400,
      outputTokens: 100,
    });
    const { usd } = prices.priceOf({ model: 'anthropic/claude-haiku-4-5', usage });
    expect(usd).toBeCloseTo(perMillion(500, 100 * 0.1, 400 * 1.25, 100 * 5), 12);
  });

  it('takes a dated name for its model', () => {
    const usage = usageOf({ inputTokens: 1_000_000 });
    expect(prices.priceOf({ model: 'openai/gpt-5-mini-2025-08-07', usage }).usd).toBeCloseTo(0.25, 9);
  });

  it('knows tiers by the length of the prompt, for the same model in turn', () => {
    const rate = (inputTokens: number) =>
      prices.priceOf({ model: 'openai/gpt-6-luna', usage: usageOf({ inputTokens }) }).usd / inputTokens;
    expect(rate(400_000)).toBeCloseTo(2 * rate(100_000), 12);
    expect(rate(100_000)).toBeCloseTo(0.1 / 1_000_000, 12);
  });

  it('knows prices that change on a date', async () => {
    const call = { model: 'google/gemini-3.8-flash', usage: usageOf({ inputTokens: 1_000_000 }) };
    const later = await loadPriceBook({ now: () => Date.UTC(2027, 1, 1) });
    expect(later.priceOf(call).usd).toBeCloseTo(2 * prices.priceOf(call).usd, 9);
  });

  it('does not undercharge a count in which the cache exceeds the input', () => {
    const usage = usageOf({ inputTokens: 10, cacheReadTokens: 1_000 });
    expect(prices.priceOf({ model: 'openai/gpt-5-mini', usage }).usd).toBeCloseTo(
      perMillion(1_000 * 0.025),
      12,
    );
  });

  it.each(['openai/no-such-model', 'openai-compatible/gpt-5-mini', 'gpt-5-mini', 'mystery/x', ''])(
    'is unknown for "%s"',
    (model) => {
      const ask = () => prices.priceOf({ model, usage: usageOf({ inputTokens: 1 }) });
      expect(failure(ask)).toMatchObject({ code: 'unknown_price', retryable: false, details: { model } });
      expect(failure(ask)).toMatchObject({ code: 'unknown_price' });
    },
  );

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d tokens', (outputTokens) => {
    for (const model of ['openai/gpt-5-mini', 'local']) {
      const error = failure(() => prices.priceOf({ model, usage: usageOf({ outputTokens }) }));
      expect(error).toMatchObject({ code: 'invalid_usage', details: { field: 'outputTokens' } });
    }
  });

  it("is 0 by declaration for models of one's own machine", () => {
    const usage = usageOf({ inputTokens: 1_000_000, outputTokens: 1_000_000 });
    for (const model of ['local', 'ollama/llama3.2:3b']) {
      expect(prices.priceOf({ model, usage })).toEqual({ usd: 0, source: 'declared' });
    }
    expect(failure(() => prices.priceOf({ model: 'localhost/x', usage }))).toMatchObject({
      code: 'unknown_price',
    });
  });
});

describe('what was recorded of a price', () => {
  it('is who named it and its rates, of the tier that the prompt fell into', async () => {
    const { priceOf } = await loadPriceBook({ now: () => Date.UTC(2026, 5, 1) });
    const usage = usageOf({ inputTokens: 1_000, outputTokens: 100 });
    expect(priceOf({ model: 'openai/gpt-5-mini', usage })).toMatchObject({
      source: 'catalogue',
      inputPerMillion: 0.25,
      outputPerMillion: 2,
      cacheReadPerMillion: 0.025,
    });
    for (const inputTokens of [100_000, 272_000, 272_001, 400_000]) {
      const { usd, inputPerMillion } = priceOf({
        model: 'openai/gpt-6-luna',
        usage: usageOf({ inputTokens }),
      });
      expect(usd).toBeCloseTo(perMillion(inputTokens * (inputPerMillion ?? 0)), 12);
    }
  });
});

describe('a way of serving', () => {
  const usage = usageOf({ inputTokens: 1_000_000 });

  it.each([
    ['openai/gpt-5-mini', 'batch', 0.5],
    ['openai/gpt-5-mini', 'flex', 0.5],
    ['openai/gpt-5-mini', 'priority', 2],
    ['anthropic/claude-haiku-4-5', 'batch', 0.5],
    ['anthropic/claude-haiku-4-5', 'flex', 1],
    ['google/gemini-3.5-flash-lite', 'batch', 0.5],
  ] as const)('%s: %s costs %d times the standard price', async (model, service, factor) => {
    const { priceOf, worstCase } = await loadPriceBook();
    const standard = priceOf({ model, usage });
    const served = priceOf({ model, usage, service });
    expect(served.usd).toBeCloseTo(standard.usd * factor, 12);
    expect(served.multiplier).toBe(factor === 1 ? undefined : factor);
    const call = { model, inputTokens: 1_000, maxOutputTokens: 10 };
    expect(worstCase({ ...call, service }).usd).toBeCloseTo(worstCase(call).usd * factor, 12);
  });
});

describe('the worst case', () => {
  it('is never below what any such call costs', async () => {
    const { priceOf, worstCase } = await loadPriceBook();
    for (const model of [
      'openai/gpt-5-mini',
      'anthropic/claude-haiku-4-5',
      'google/gemini-3.5-flash-lite',
      'openai/gpt-6-luna',
    ]) {
      const worst = worstCase({ model, inputTokens: 1_000, maxOutputTokens: 500 });
      for (const cached of [
        {},
        { cacheReadTokens: 1_000 },
        { cacheWriteTokens: 1_000 },
        { cacheWriteTokens: 400, cacheReadTokens: 300 },
      ]) {
        const usage = usageOf({ inputTokens: 1_000, outputTokens: 500, ...cached });
        expect(worst.usd).toBeGreaterThanOrEqual(priceOf({ model, usage }).usd);
      }
    }
  });

  it('holds the dearer writes of a cache', async () => {
    const { worstCase } = await loadPriceBook();
    const { usd } = worstCase({
      model: 'anthropic/claude-haiku-4-5',
      inputTokens: 1_000,
      maxOutputTokens: 100,
    });
    expect(usd).toBeCloseTo(perMillion(1_000 * 1.25, 100 * 5), 12);
  });

  it('is unknown where the price is', async () => {
    const { worstCase } = await loadPriceBook();
    expect(
      failure(() => worstCase({ model: 'mystery/x', inputTokens: 1, maxOutputTokens: 1 })),
    ).toMatchObject({ code: 'unknown_price' });
  });
});

describe("an operator's price", () => {
  const usage = usageOf({ inputTokens: 1_000, cacheReadTokens: 400, outputTokens: 100 });

  it('wins over the catalogue and over 0', async () => {
    const overrides = {
      'openai/gpt-5-mini': { inputPerMillion: 10, outputPerMillion: 20 },
      'ollama/m': { inputPerMillion: 1, outputPerMillion: 1, cacheReadPerMillion: 0 },
    };
    const { priceOf, worstCase } = await loadPriceBook({ overrides });
    expect(priceOf({ model: 'openai/gpt-5-mini', usage })).toEqual({
      usd: perMillion(1_000 * 10, 100 * 20),
      source: 'override',
      inputPerMillion: 10,
      outputPerMillion: 20,
    });
    expect(priceOf({ model: 'ollama/m', usage }).usd).toBeCloseTo(perMillion(600, 100), 12);
    expect(worstCase({ model: 'ollama/m', inputTokens: 1_000, maxOutputTokens: 100 }).usd).toBeCloseTo(
      perMillion(1_100),
      12,
    );
  });

  it('gives a price to what has none, by its whole name only', async () => {
    const { priceOf } = await loadPriceBook({
      overrides: { 'openai-compatible/m': { inputPerMillion: 1, outputPerMillion: 2 } },
    });
    expect(priceOf({ model: 'openai-compatible/m', usage }).usd).toBeCloseTo(perMillion(1_000, 200), 12);
    expect(failure(() => priceOf({ model: 'openai-compatible/m2', usage }))).toMatchObject({
      code: 'unknown_price',
    });
    expect(failure(() => priceOf({ model: 'constructor', usage }))).toMatchObject({ code: 'unknown_price' });
  });

  it('holds for a time, or is a factor on the published one', async () => {
    const overrides = {
      'openai/gpt-5-mini': [
        { inputPerMillion: 1, outputPerMillion: 1, until: Date.UTC(2026, 0, 1) },
        { multiplier: 0.5, from: Date.UTC(2026, 5, 1) },
      ],
    };
    const usage = usageOf({ inputTokens: 1_000_000 });
    const at = async (now: number) =>
      (await loadPriceBook({ overrides, now: () => now })).priceOf({ model: 'openai/gpt-5-mini', usage });
    expect(await at(Date.UTC(2025, 11, 31))).toMatchObject({ usd: 1, source: 'override' });
    expect(await at(Date.UTC(2026, 2, 1))).toMatchObject({ usd: 0.25, source: 'catalogue' });
    expect(await at(Date.UTC(2026, 5, 1))).toMatchObject({
      usd: 0.125,
      source: 'override',
      inputPerMillion: 0.25,
      multiplier: 0.5,
    });
  });

  it.each([
    [{}, 'inputPerMillion'],
    [{ inputPerMillion: 1 }, 'outputPerMillion'],
    [{ multiplier: 1, from: 2, until: 2 }, 'until'],
  ])('is refused when it is %j', async (override, field) => {
    await expect(loadPriceBook({ overrides: { 'a/b': override } })).rejects.toMatchObject({
      code: 'invalid_price',
      details: { model: 'a/b', field },
    });
  });

  it.each([-1, Number.NaN])('may not be %d', async (inputPerMillion) => {
    await expect(
      loadPriceBook({ overrides: { 'a/b': { inputPerMillion, outputPerMillion: 1 } } }),
    ).rejects.toMatchObject({
      code: 'invalid_price',
      details: { model: 'a/b', field: 'inputPerMillion' },
    });
  });
});
