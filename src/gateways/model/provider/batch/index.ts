import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ProviderResponse } from '../provider-response.ts';
import { anthropicBatches } from './anthropic-batches.ts';
import type { BatchConnection } from './batch-connection.ts';
import type { BatchCall, BatchInterface, BatchResult } from './batch-interface.ts';
import { openAiBatches } from './open-ai-batches.ts';
import { type ModelOver, recordCall } from './record-call.ts';
import { replayResult } from './replay-result.ts';

export type { BatchCall, BatchInterface, BatchResult } from './batch-interface.ts';

const INTERFACES: ReadonlyMap<string, (connection: BatchConnection) => BatchInterface> = new Map([
  ['openai', openAiBatches],
  ['anthropic', anthropicBatches],
]);

/** Whether a provider has a batch interface that is spoken here. */
export function hasBatches(provider: string): boolean {
  return INTERFACES.has(provider);
}

/** The batches of one model: its provider's interface, and the way into its words and out of them. */
export type ModelBatches = BatchInterface & {
  /** @throws BulkheadError of `toProviderError`: the request cannot be expressed */
  toCall(options: LanguageModelV4CallOptions): Promise<Omit<BatchCall, 'id'>>;
  /** @throws BulkheadError of `toProviderError`: the provider failed the call */
  toResponse(
    options: LanguageModelV4CallOptions,
    result: Pick<BatchResult, 'status' | 'body'>,
  ): Promise<ProviderResponse>;
};

/** @returns undefined: the provider has no batch interface that is spoken here */
export function modelBatches(
  provider: string,
  connection: BatchConnection,
  modelOver: ModelOver,
): ModelBatches | undefined {
  const batches = INTERFACES.get(provider)?.(connection);
  if (batches === undefined) return undefined;
  const { name } = connection;
  return {
    ...batches,
    toCall: (options) => recordCall(modelOver, options, name),
    toResponse: (options, result) => replayResult(modelOver, options, result, name),
  };
}
