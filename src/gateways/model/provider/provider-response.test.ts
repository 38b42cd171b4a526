import { expect, it } from 'vitest';
import { AnswerAssembly } from './answer-assembly.ts';
import { toProviderResponse } from './provider-response.ts';

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

it.each([
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['default', undefined],
  [undefined, undefined],
])('says that OpenAI served a call of tier %s as %s', async (serviceTier, service) => {
  const assembly = new AnswerAssembly();
  assembly.add({
    type: 'finish',
    finishReason: { unified: 'stop', raw: 'stop' },
    usage,
    ...(serviceTier === undefined ? {} : { providerMetadata: { openai: { serviceTier } } }),
  });
  const response = await toProviderResponse(assembly, { prompt: [] }, 'openai/gpt-5-mini');
  expect(response.service).toBe(service);
});
