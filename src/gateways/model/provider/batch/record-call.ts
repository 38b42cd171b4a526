import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { Json } from '../../../../contract/json.ts';
import { toProviderError } from '../to-provider-error.ts';
import type { BatchCall } from './batch-interface.ts';

/** Makes the model of a name, which speaks through the `fetch` that it is given. */
export type ModelOver = (fetch: typeof globalThis.fetch) => Promise<LanguageModelV4>;

/**
 * What the provider's package would send for a call. Nothing is sent: batches have the same bodies as single calls,
 * so that one conversion serves both.
 *
 * @throws BulkheadError of `toProviderError`: the package cannot express the request
 * @example
 * await recordCall(modelOver, { prompt }, 'openai/gpt-5-mini'); // { body: { model: 'gpt-5-mini', messages: […] }, betas: [] }
 */
export async function recordCall(
  modelOver: ModelOver,
  options: LanguageModelV4CallOptions,
  name: string,
): Promise<Omit<BatchCall, 'id'>> {
  let recorded: Omit<BatchCall, 'id'> | undefined;
  const recording: typeof globalThis.fetch = async (_input, init) => {
    const betas = new Headers(init?.headers).get('anthropic-beta')?.split(',') ?? [];
    recorded = { body: JSON.parse(String(init?.body)) as Json, betas: betas.map((beta) => beta.trim()) };
    throw new Error('It is recorded, not sent.');
  };
  try {
    const model = await modelOver(recording);
    await model.doGenerate(options);
  } catch (error) {
    if (recorded === undefined) throw toProviderError(error, { model: name });
  }
  if (recorded === undefined) throw new Error(`The package of ${name} answered without asking.`);
  return recorded;
}
