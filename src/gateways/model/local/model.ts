import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  SharedV4Warning,
} from '@ai-sdk/provider';
import { callId, countCalls } from './call-id.ts';
import { cutText } from './cut-text.ts';
import type { Response } from './respond.ts';
import { respond } from './respond.ts';
import { streamOf, streamPartsOf } from './stream-parts.ts';
import { estimateUsage } from './usage.ts';

/** Settings of the local model. */
export type LocalModelOptions = {
  /** The clock that relative dates ("tomorrow") count from. Default: the machine's. */
  now?: () => Date;
};

/** What was asked of the model and is beyond it: reading files, and calling a tool when none fits. */
const warningsOf = (response: Response, { toolChoice }: LanguageModelV4CallOptions): SharedV4Warning[] => {
  const warnings: SharedV4Warning[] = [];
  if (response.files > 0) {
    warnings.push({ type: 'unsupported', feature: 'files', details: 'The local model reads text only.' });
  }
  if (response.kind === 'text' && (toolChoice?.type === 'required' || toolChoice?.type === 'tool')) {
    const details = 'The local model calls no tool that does not fit the words of the user.';
    warnings.push({ type: 'unsupported', feature: `toolChoice: ${toolChoice.type}`, details });
  }
  return warnings;
};

const contentOf = (
  response: Response,
  options: LanguageModelV4CallOptions,
): { content: LanguageModelV4Content[]; reason: 'stop' | 'length' | 'tool-calls' } => {
  if (response.kind === 'text') {
    const { text, isCut } = cutText(response.text, options);
    return { content: [{ type: 'text', text }], reason: isCut ? 'length' : 'stop' };
  }
  const made = countCalls(options.prompt);
  const content = response.calls.map(
    ({ tool, input }, index): LanguageModelV4Content => ({
      type: 'tool-call',
      toolCallId: callId(made + index, tool.name, input),
      toolName: tool.name,
      input: JSON.stringify(input),
    }),
  );
  return { content, reason: 'tool-calls' };
};

/**
 * The model that needs no provider: deterministic, in process, without network. It ranks the given tools by n-grams
 * over their names, descriptions, parameters and `providerOptions.bulkhead.examples`, fills their input from the
 * user's words and from earlier results, and answers by selecting and extracting from results; it writes no prose.
 * English and Spanish.
 *
 * `providerOptions.bulkhead.effect` of a tool is `read`, `write` (default) or `execute`: one with effects is called
 * only for an explicit order with explicit values. `providerMetadata.bulkhead.confidence` of a result, and of the
 * finish part of a stream, is 0 to 1; below 0.6 the model abstains.
 *
 * @example
 * const model = createLocalModel();
 * const { content } = await model.doGenerate({
 *   prompt: [{ role: 'user', content: [{ type: 'text', text: 'What is the status of order A-1?' }] }],
 *   tools: [orderStatus],
 * });
 */
export function createLocalModel(settings: LocalModelOptions = {}): LanguageModelV4 {
  const clock = settings.now ?? (() => new Date());
  const generate = (options: LanguageModelV4CallOptions): LanguageModelV4GenerateResult => {
    options.abortSignal?.throwIfAborted();
    const response = respond(options, clock());
    const { content, reason } = contentOf(response, options);
    return {
      content,
      finishReason: { unified: reason, raw: reason },
      usage: estimateUsage(options, content),
      providerMetadata: { bulkhead: { confidence: Math.round(response.confidence * 100) / 100 } },
      response: { modelId: 'local' },
      warnings: warningsOf(response, options),
    };
  };
  return {
    specificationVersion: 'v4',
    provider: 'bulkhead',
    modelId: 'local',
    supportedUrls: {},
    doGenerate: async (options) => generate(options),
    doStream: async (options) => ({
      stream: streamOf(streamPartsOf(generate(options)), options.abortSignal),
    }),
  };
}
