import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { openAiWire } from './open-ai-wire.ts';

/**
 * Starts a server that speaks OpenAI's Chat Completions, streamed or whole, with tools, usage and errors.
 *
 * @param options.models what `GET /v1/models` lists
 * @param options.open asks for no key, as servers of one's own do
 * @example
 * const fake = await startFakeOpenAi();
 * fake.fault('rate_limited', { retryAfter: 2 });
 * fake.reply({ text: 'hello' });
 * const registry = createModelRegistry({ environment: fake.environment });
 * await fake.stop();
 */
export function startFakeOpenAi({
  models = [],
  open = false,
}: {
  models?: readonly string[];
  open?: boolean;
} = {}): Promise<FakeProvider> {
  return startFakeProvider({
    wire: open
      ? { ...openAiWire, check: (headers, body) => openAiWire.check({ ...noKey, ...headers }, body) }
      : openAiWire,
    environmentOf: (baseURL) => ({ OPENAI_API_KEY: 'sk-fake', OPENAI_BASE_URL: baseURL }),
    models,
  });
}

const noKey = { authorization: 'Bearer none' };
