import type { LanguageModelV4GenerateResult, LanguageModelV4StreamPart } from '@ai-sdk/provider';

const piecePattern = /\S+\s*|\s+/g;

/** The parts of a stream for a finished result: the text word by word, a tool's input in one delta. */
export function streamPartsOf(result: LanguageModelV4GenerateResult): LanguageModelV4StreamPart[] {
  const parts: LanguageModelV4StreamPart[] = [{ type: 'stream-start', warnings: result.warnings }];
  if (result.response !== undefined) {
    const { modelId } = result.response;
    parts.push({ type: 'response-metadata', ...(modelId === undefined ? {} : { modelId }) });
  }
  for (const [index, part] of result.content.entries()) {
    if (part.type === 'text') {
      const id = String(index);
      parts.push({ type: 'text-start', id });
      for (const piece of part.text.match(piecePattern) ?? [])
        parts.push({ type: 'text-delta', id, delta: piece });
      parts.push({ type: 'text-end', id });
    }
    if (part.type === 'tool-call') {
      const id = part.toolCallId;
      parts.push({ type: 'tool-input-start', id, toolName: part.toolName });
      parts.push({ type: 'tool-input-delta', id, delta: part.input }, { type: 'tool-input-end', id }, part);
    }
  }
  const { usage, finishReason, providerMetadata } = result;
  parts.push({
    type: 'finish',
    usage,
    finishReason,
    ...(providerMetadata === undefined ? {} : { providerMetadata }),
  });
  return parts;
}

/** The parts as a stream that is pulled one by one and fails when the signal aborts. */
export function streamOf(
  parts: readonly LanguageModelV4StreamPart[],
  abortSignal: AbortSignal | undefined,
): ReadableStream<LanguageModelV4StreamPart> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (abortSignal?.aborted) {
        controller.error(abortSignal.reason);
        return;
      }
      const part = parts[at];
      at += 1;
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
}
