import { anthropicWire } from './anthropic-wire.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';

/**
 * Starts a server that speaks Anthropic's Messages, streamed or whole, with thinking, tools, usage and errors.
 *
 * @example
 * const fake = await startFakeAnthropic();
 * fake.answer((request) => ({ text: `You said: ${request.text}` }));
 * const registry = createModelRegistry({ environment: fake.environment });
 * await fake.stop();
 */
export function startFakeAnthropic(): Promise<FakeProvider> {
  return startFakeProvider({
    wire: anthropicWire,
    environmentOf: (baseURL) => ({ ANTHROPIC_API_KEY: 'sk-ant-fake', ANTHROPIC_BASE_URL: baseURL }),
    models: [],
  });
}
