import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../budget/tokens/index.ts';
import { createTokenCounter, type EstimateTokens } from './token-counter.ts';

const prompt: LanguageModelV4Prompt = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'text', text: 'Where is my parcel?' }] },
];
const tools = [{ name: 'find', description: 'Finds a parcel', inputSchema: { type: 'object' as const } }];

function setUp(remembered?: number) {
  let counted = 0;
  const estimate: EstimateTokens = (...asked) => {
    counted += 1;
    return estimateTokens(...asked);
  };
  return { counter: createTokenCounter(estimate, remembered), counted: () => counted };
}

describe('the tokens of a request', () => {
  it('are those that the whole has at once', async () => {
    const { counter } = setUp();
    expect(await counter.request({ prompt })).toBe(await estimateTokens(prompt));
    expect(await counter.request({ prompt, tools })).toBe(
      await estimateTokens(prompt, [{ type: 'function', ...tools[0] } as never]),
    );
  });

  it('hold the schema that its answer is to have', async () => {
    const { counter, counted } = setUp();
    const schema = {
      type: 'object' as const,
      properties: { parcel: { description: 'Where it is.'.repeat(50) } },
    };
    const responseFormat = { type: 'json' as const, schema };
    const text: LanguageModelV4Prompt = [{ role: 'system', content: JSON.stringify(schema) }];
    const least = (await estimateTokens(text)) - (await estimateTokens([{ role: 'system', content: '' }]));
    const tokens = (await counter.request({ prompt, responseFormat })) - (await counter.request({ prompt }));
    expect(tokens).toBeGreaterThanOrEqual(least);
    expect(tokens).toBeLessThan(least + 20);
    const before = counted();
    await counter.request({ prompt, responseFormat: structuredClone(responseFormat) });
    expect(counted()).toBe(before);
    expect(await counter.request({ prompt, responseFormat: { type: 'json' } })).toBe(
      await counter.request({ prompt }),
    );
  });

  it('are counted once for a message, though it comes as another object each time', async () => {
    const { counter, counted } = setUp();
    await counter.request({ prompt, tools });
    const before = counted();
    await counter.request({ prompt: structuredClone(prompt), tools: structuredClone(tools) });
    expect(counted()).toBe(before);
    await counter.request({ prompt: [...prompt, { role: 'system', content: 'New.' }], tools });
    expect(counted()).toBe(before + 1);
  });

  it('are forgotten beyond a bound, what was used longest ago first', async () => {
    const { counter, counted } = setUp(2);
    const say = (content: string) => counter.message({ role: 'system', content });
    await say('a');
    await say('b');
    await say('a');
    await say('c');
    const before = counted();
    await say('a');
    expect(counted()).toBe(before);
    await say('b');
    expect(counted()).toBe(before + 1);
  });
});
