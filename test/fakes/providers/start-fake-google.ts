import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { googleWire } from './google-wire.ts';

/**
 * Starts a server that speaks Gemini's generateContent, streamed or whole, with thoughts, tools, usage and errors.
 *
 * @example
 * const fake = await startFakeGoogle();
 * fake.reply({ text: 'hello' });
 * const registry = createModelRegistry({ environment: fake.environment });
 * await fake.stop();
 */
export function startFakeGoogle(): Promise<FakeProvider> {
  return startFakeProvider({
    wire: googleWire,
    environmentOf: (baseURL) => ({
      GOOGLE_GENERATIVE_AI_API_KEY: 'AIzaFake',
      GOOGLE_GENERATIVE_AI_BASE_URL: baseURL,
    }),
    models: [],
  });
}
