import type { LanguageModelV4CallOptions, LanguageModelV4Content } from '@ai-sdk/provider';
import { AnswerAssembly } from '../answer-assembly.ts';
import { type ProviderResponse, toProviderResponse } from '../provider-response.ts';
import { toProviderError } from '../to-provider-error.ts';
import type { BatchResult } from './batch-interface.ts';
import type { ModelOver } from './record-call.ts';

/**
 * Hands a result of a batch to the provider's package, as if it had come to the same call by itself.
 *
 * @throws BulkheadError of `toProviderError`, where the provider failed the call
 */
export async function replayResult(
  modelOver: ModelOver,
  options: LanguageModelV4CallOptions,
  { status, body }: Pick<BatchResult, 'status' | 'body'>,
  name: string,
): Promise<ProviderResponse> {
  const assembly = new AnswerAssembly();
  try {
    const replaying: typeof globalThis.fetch = async () =>
      new Response(body, { status, headers: { 'content-type': 'application/json' } });
    const model = await modelOver(replaying);
    const { content, finishReason, usage, warnings, response, providerMetadata } =
      await model.doGenerate(options);
    assembly.add({ type: 'stream-start', warnings });
    if (response !== undefined) {
      const { id, modelId, timestamp } = response;
      assembly.add({
        type: 'response-metadata',
        ...(id === undefined ? {} : { id }),
        ...(modelId === undefined ? {} : { modelId }),
        ...(timestamp === undefined ? {} : { timestamp }),
      });
    }
    for (const [index, part] of content.entries()) addWhole(assembly, part, String(index));
    assembly.add({
      type: 'finish',
      finishReason,
      usage,
      ...(providerMetadata === undefined ? {} : { providerMetadata }),
    });
  } catch (error) {
    throw toProviderError(error, { model: name });
  }
  return toProviderResponse(assembly, options, name);
}

function addWhole(assembly: AnswerAssembly, part: LanguageModelV4Content, id: string): void {
  if (part.type !== 'text' && part.type !== 'reasoning') {
    assembly.add(part);
    return;
  }
  const { type, text, providerMetadata } = part;
  assembly.add({
    type: `${type}-start`,
    id,
    ...(providerMetadata === undefined ? {} : { providerMetadata }),
  });
  assembly.add({ type: `${type}-delta`, id, delta: text });
  assembly.add({ type: `${type}-end`, id });
}
