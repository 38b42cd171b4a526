import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';

/**
 * OpenAI refuses function tools together with reasoning over Chat Completions from GPT-5.6 on, and reasons by
 * default: a call with tools that does not ask for a level of reasoning must say that it wants none. A call
 * that asks for both goes out as it is, so that OpenAI's refusal says why.
 *
 * @example
 * toolsWithoutReasoning(openai.chat('gpt-6-luna'));
 */
export function toolsWithoutReasoning(model: LanguageModelV4): LanguageModelV4 {
  const version = /^gpt-(\d+)(?:\.(\d+))?/.exec(model.modelId);
  const major = Number(version?.[1] ?? 0);
  const minor = Number(version?.[2] ?? 0);
  if (major < 5 || (major === 5 && minor < 6)) return model;
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: (options) => model.doGenerate(withoutReasoning(options)),
    doStream: (options) => model.doStream(withoutReasoning(options)),
  };
}

function withoutReasoning(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  const asked =
    (options.reasoning !== undefined && options.reasoning !== 'provider-default') ||
    options.providerOptions?.openai?.reasoningEffort !== undefined;
  if (asked || !options.tools?.some((tool) => tool.type === 'function')) return options;
  return { ...options, reasoning: 'none' };
}
