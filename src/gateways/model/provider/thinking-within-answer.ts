import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';

/** The part of an answer's tokens that may be spent on thinking, by the level that is asked for. */
const PARTS: Readonly<Record<string, number>> = { minimal: 0.02, low: 0.1, medium: 0.3, high: 0.6 };
/** Of the levels above: some is left to say what was thought. */
const LARGEST_PART = 0.75;

/** Anthropic takes no smaller budget for thinking. */
const LEAST_THINKING = 1_024;

/**
 * Anthropic's package adds the tokens for thinking to those that a call may have for its answer: of a call for 100
 * tokens it made one for 38,500, of which a budget had set 100 aside. Here thinking is a part of the answer, as with
 * the other providers, and an answer that is too short to think in is given without.
 *
 * @param decides whether the model decides by itself how long it thinks: it keeps within the limit then
 * @example
 * thinkingWithinAnswer(anthropic.messages('claude-haiku-4-5'), false);
 */
export function thinkingWithinAnswer(model: LanguageModelV4, decides: boolean): LanguageModelV4 {
  if (decides) return model;
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: (options) => model.doGenerate(within(options)),
    doStream: (options) => model.doStream(within(options)),
  };
}

function within(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  const { reasoning, maxOutputTokens: limit, providerOptions } = options;
  if (limit === undefined || reasoning === undefined) return options;
  if (reasoning === 'none' || reasoning === 'provider-default') return options;
  const budget = Math.max(LEAST_THINKING, Math.floor(limit * (PARTS[reasoning] ?? LARGEST_PART)));
  if (budget > limit * LARGEST_PART) return { ...options, reasoning: 'none' };
  const thinking = { type: 'enabled', budgetTokens: budget };
  return {
    ...options,
    maxOutputTokens: limit - budget,
    providerOptions: { ...providerOptions, anthropic: { ...providerOptions?.anthropic, thinking } },
  };
}
