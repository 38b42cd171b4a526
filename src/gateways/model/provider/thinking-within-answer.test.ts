import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeProvider, startFakeAnthropic } from '../../../../test/fakes/providers/index.ts';
import { callModel } from './call-model.ts';
import { createModelRegistry, type ModelRegistry } from './create-model-registry.ts';

let fake: FakeProvider;
let registry: ModelRegistry;

beforeEach(async () => {
  fake = await startFakeAnthropic();
  registry = createModelRegistry({ environment: fake.environment });
});
afterEach(async () => {
  await fake.stop();
  await registry.close();
});

/** What Anthropic is asked. */
async function bodyOf(name: string, options: Partial<LanguageModelV4CallOptions>) {
  fake.reply({ text: 'ok' });
  const prompt: LanguageModelV4CallOptions['prompt'] = [
    { role: 'user', content: [{ type: 'text', text: 'x' }] },
  ];
  await callModel(await registry.resolve(name), { prompt, ...options }, { name });
  return fake.requests.at(-1)?.body;
}

it.each([
  { reasoning: 'low', maxOutputTokens: 4_096, thinking: 1_024 },
  { reasoning: 'high', maxOutputTokens: 4_096, thinking: 2_457 },
  { reasoning: 'xhigh', maxOutputTokens: 4_096, thinking: 3_072 },
  { reasoning: 'high', maxOutputTokens: 60_000, thinking: 36_000 },
] as const)(
  '$reasoning reasoning is a part of $maxOutputTokens output tokens, which the budget has set aside',
  async ({ thinking, ...options }) => {
    expect(await bodyOf('anthropic/claude-haiku-4-5', options)).toMatchObject({
      max_tokens: options.maxOutputTokens,
      thinking: { type: 'enabled', budget_tokens: thinking },
    });
  },
);

it('an answer too short to think in is given without', async () => {
  const body = await bodyOf('anthropic/claude-haiku-4-5', { reasoning: 'high', maxOutputTokens: 100 });
  expect(body).toMatchObject({ max_tokens: 100, thinking: { type: 'disabled' } });
});

it('a model that decides by itself how long it thinks is told the limit and the level', async () => {
  const body = await bodyOf('anthropic/claude-sonnet-5', { reasoning: 'high', maxOutputTokens: 100 });
  expect(body).toMatchObject({
    max_tokens: 100,
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
  });
});

it.each([undefined, 'none', 'provider-default'] as const)(
  'nothing changes for the level %s',
  async (reasoning) => {
    const body = await bodyOf('anthropic/claude-haiku-4-5', {
      ...(reasoning === undefined ? {} : { reasoning }),
      maxOutputTokens: 4_096,
    });
    expect(body).toMatchObject({ max_tokens: 4_096 });
    expect(body?.thinking).toEqual(reasoning === 'none' ? { type: 'disabled' } : undefined);
  },
);
