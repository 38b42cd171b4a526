import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { ModelRequest } from '../../contract/model.ts';

/**
 * What the common interface has no word for, in the words of the providers that have one. A provider reads what
 * stands under its own name and nothing else, so that all of them can be told before it is known which one answers.
 *
 * @returns `undefined` when the request asks for nothing of the kind
 * @example
 * requestProviderOptions({ parallelToolCalls: false })?.anthropic; // { disableParallelToolUse: true }
 */
export function requestProviderOptions({
  parallelToolCalls,
  responseFormat,
  promptCacheKey,
}: Pick<ModelRequest, 'parallelToolCalls' | 'responseFormat' | 'promptCacheKey'>):
  | SharedV4ProviderOptions
  | undefined {
  const strict = responseFormat?.strict;
  if (parallelToolCalls === undefined && strict === undefined && promptCacheKey === undefined)
    return undefined;
  const calls = parallelToolCalls === undefined ? {} : { parallelToolCalls };
  const format = strict === undefined ? {} : { strictJsonSchema: strict };
  return {
    openai: { ...calls, ...format, ...(promptCacheKey === undefined ? {} : { promptCacheKey }) },
    mistral: { ...calls, ...format },
    openaiCompatible: format,
    ...(parallelToolCalls === undefined ? {} : { anthropic: { disableParallelToolUse: true } }),
  };
}
