import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { mistralWire } from './mistral-wire.ts';

/**
 * Starts a server that speaks Mistral's Chat Completions, streamed or whole, with tools, usage and errors.
 *
 * @example
 * const fake = await startFakeMistral();
 * fake.fault('rate_limited', { retryAfter: 2 });
 * const registry = createModelRegistry({ environment: fake.environment });
 * await fake.stop();
 */
export function startFakeMistral(): Promise<FakeProvider> {
  return startFakeProvider({
    wire: mistralWire,
    environmentOf: (baseURL) => ({ MISTRAL_API_KEY: 'mistral-fake', MISTRAL_BASE_URL: baseURL }),
    models: [],
  });
}
