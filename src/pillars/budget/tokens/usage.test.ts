import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { toTokenUsage } from './usage.ts';

function counted(
  input: Partial<LanguageModelV4Usage['inputTokens']>,
  output: Partial<LanguageModelV4Usage['outputTokens']>,
) {
  return toTokenUsage({
    inputTokens: {
      total: undefined,
      noCache: undefined,
      cacheRead: undefined,
      cacheWrite: undefined,
      ...input,
    },
    outputTokens: { total: undefined, text: undefined, reasoning: undefined, ...output },
  });
}

describe('toTokenUsage', () => {
  it('takes totals that hold cache and reasoning', () => {
    expect(
      counted(
        { total: 100, noCache: 30, cacheRead: 60, cacheWrite: 10 },
        { total: 9, text: 4, reasoning: 5 },
      ),
    ).toEqual({
      inputTokens: 100,
      outputTokens: 9,
      cacheReadTokens: 60,
      cacheWriteTokens: 10,
      reasoningTokens: 5,
    });
  });

  it('takes the larger reading where a server counts the cache beside the total', () => {
    expect(counted({ total: 30, noCache: 30, cacheRead: 60 }, { total: 4 })).toMatchObject({
      inputTokens: 90,
    });
    expect(counted({ total: 30, cacheRead: 60 }, { total: 4 })).toMatchObject({ inputTokens: 60 });
  });

  it('adds up parts without a total', () => {
    expect(counted({ noCache: 30 }, { text: 4, reasoning: 5 })).toMatchObject({
      inputTokens: 30,
      outputTokens: 9,
    });
  });

  it('is nothing unless both sides were counted', () => {
    expect(counted({}, {})).toBeUndefined();
    expect(counted({ total: 5 }, {})).toBeUndefined();
    expect(counted({}, { total: 5 })).toBeUndefined();
    expect(counted({ total: Number.NaN }, { total: 5 })).toBeUndefined();
    expect(counted({ total: -5 }, { total: 5 })).toBeUndefined();
  });

  it('takes 0 for a count', () => {
    expect(counted({ total: 0 }, { total: 0 })).toMatchObject({ inputTokens: 0, outputTokens: 0 });
  });
});
