import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { toolsWithoutReasoning } from './tools-without-reasoning.ts';

const prompt: LanguageModelV4CallOptions['prompt'] = [
  { role: 'user', content: [{ type: 'text', text: 'x' }] },
];
const tools: LanguageModelV4CallOptions['tools'] = [{ type: 'function', name: 'find', inputSchema: {} }];

/** The level of reasoning that reaches the model. */
async function reasoningOf(modelId: string, options: Partial<LanguageModelV4CallOptions>) {
  let seen: LanguageModelV4CallOptions | undefined;
  const model: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider: 'openai.chat',
    modelId,
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('not asked')),
    doStream: async (received) => {
      seen = received;
      return { stream: new ReadableStream() };
    },
  };
  await toolsWithoutReasoning(model).doStream({ prompt, ...options });
  return seen?.reasoning;
}

describe('tools over Chat Completions', () => {
  it.each(['gpt-5.6-luna', 'gpt-6-luna', 'gpt-6.1-sol', 'gpt-7'])(
    'ask %s for no reasoning',
    async (modelId) => {
      expect(await reasoningOf(modelId, { tools })).toBe('none');
      expect(await reasoningOf(modelId, { tools, reasoning: 'provider-default' })).toBe('none');
    },
  );

  it.each(['gpt-5-mini', 'gpt-5.4-mini', 'gpt-4.1', 'o4-mini'])('leave %s as it is', async (modelId) => {
    expect(await reasoningOf(modelId, { tools })).toBeUndefined();
  });

  it('leave a call without tools alone, and one that asks for a level', async () => {
    expect(await reasoningOf('gpt-6-luna', {})).toBeUndefined();
    expect(await reasoningOf('gpt-6-luna', { tools, reasoning: 'high' })).toBe('high');
    const providerOptions = { openai: { reasoningEffort: 'low' } };
    expect(await reasoningOf('gpt-6-luna', { tools, providerOptions })).toBeUndefined();
  });
});
