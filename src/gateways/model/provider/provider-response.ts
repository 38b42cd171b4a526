import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4ResponseMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { toJson } from '../../../contract/json.ts';
import type { ModelContent, ModelResponse } from '../../../contract/model.ts';
import type { TokenUsage } from '../../../contract/usage.ts';
import { estimateTextTokens, estimateTokens, toTokenUsage } from '../../../pillars/budget/tokens/index.ts';
import { toModelContent } from './to-model-content.ts';

/** An answer as a provider's package gives it, whole or put together from a stream. */
export type PackageAnswer = {
  content: LanguageModelV4Content[];
  finish: Pick<LanguageModelV4GenerateResult, 'finishReason' | 'usage' | 'providerMetadata'> | undefined;
  response: LanguageModelV4ResponseMetadata;
  warnings: SharedV4Warning[];
};

/** An answer as a provider gave it: JSON throughout. */
export type ProviderResponse = ModelResponse & {
  /** The provider's id of the answer, to find it in its logs. */
  responseId?: string;
  /** When the provider says that it answered: ISO 8601. */
  respondedAt?: string;
  /** What the provider's package could not pass on. */
  warnings: SharedV4Warning[];
  /** The provider counted nothing, so `usage` is an estimate: an uncounted call is not a free one. */
  usageEstimated?: true;
};

/**
 * @param name the name that was asked, `'provider/model'`
 * @returns a complete answer; its confidence is the one that a model of ours put in its metadata
 */
export async function toProviderResponse(
  { content: parts, finish, response, warnings }: PackageAnswer,
  options: LanguageModelV4CallOptions,
  name: string,
): Promise<ProviderResponse> {
  const content = parts.map(toModelContent);
  const counted = finish === undefined ? undefined : toTokenUsage(finish.usage);
  const confidence = finish?.providerMetadata?.bulkhead?.confidence;
  return {
    content,
    finishReason: finish?.finishReason.unified ?? 'other',
    usage: counted ?? (await estimateUsage(content, options)),
    ...(counted === undefined ? { usageEstimated: true } : {}),
    model: name,
    ...(response.modelId === undefined ? {} : { responseModel: response.modelId }),
    ...(response.id === undefined ? {} : { responseId: response.id }),
    ...(response.timestamp === undefined ? {} : { respondedAt: response.timestamp.toISOString() }),
    ...(typeof confidence === 'number' ? { confidence } : {}),
    ...servedAs(finish?.providerMetadata?.openai?.serviceTier),
    ...(finish?.providerMetadata === undefined ? {} : { providerMetadata: toJson(finish.providerMetadata) }),
    warnings,
  };
}

/** OpenAI says by which tier it served a call: that of the request, or the one that the project is set to. */
function servedAs(tier: unknown): Pick<ModelResponse, 'service'> {
  return tier === 'flex' || tier === 'priority' ? { service: tier } : {};
}

async function estimateUsage(
  content: ModelContent[],
  options: LanguageModelV4CallOptions,
): Promise<TokenUsage> {
  const said = content.map((part) => {
    if (part.type === 'text' || part.type === 'reasoning') return part.text;
    return JSON.stringify(part.type === 'tool-call' ? part.input : part.part);
  });
  return {
    inputTokens: await estimateTokens(options.prompt, options.tools),
    outputTokens: await estimateTextTokens(said),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  };
}
