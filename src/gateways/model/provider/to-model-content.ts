import type { LanguageModelV4Content, LanguageModelV4ToolCall } from '@ai-sdk/provider';
import { type Json, toJson } from '../../../contract/json.ts';
import type { ModelContent } from '../../../contract/model.ts';

/**
 * A content part as it is kept: JSON throughout, bytes as base64, URLs as text. Arguments of a tool call are
 * parsed; arguments that are no JSON stay as the model wrote them, marked `invalid`, so that the model can be told.
 *
 * @example
 * toModelContent({ type: 'tool-call', toolCallId: '1', toolName: 'find', input: '{"q":' });
 * // { type: 'tool-call', toolCallId: '1', toolName: 'find', input: '{"q":', invalid: true }
 */
export function toModelContent(part: LanguageModelV4Content): ModelContent {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: part.type, text: part.text, ...metadata(part) };
    case 'tool-call':
      return {
        type: 'tool-call',
        toolCallId: part.toolCallId,
        toolName: part.toolName,
        ...parseInput(part),
        ...(part.providerExecuted === undefined ? {} : { providerExecuted: part.providerExecuted }),
        ...metadata(part),
      };
    case 'file':
    case 'reasoning-file':
      return { type: 'other', part: toJson({ ...part, data: withTextData(part.data) }) };
    default:
      return { type: 'other', part: toJson(part) };
  }
}

function parseInput({ input }: LanguageModelV4ToolCall): { input: Json; invalid?: true } {
  // A tool without parameters is often called with no arguments at all.
  if (input.trim() === '') return { input: {} };
  try {
    return { input: JSON.parse(input) };
  } catch {
    return { input, invalid: true };
  }
}

function withTextData(data: Extract<LanguageModelV4Content, { type: 'file' }>['data']): unknown {
  if (data.type === 'url') return { type: 'url', url: data.originalUrl ?? data.url.href };
  return {
    type: 'data',
    data: typeof data.data === 'string' ? data.data : Buffer.from(data.data).toString('base64'),
  };
}

function metadata({ providerMetadata }: { providerMetadata?: unknown }): { providerMetadata?: Json } {
  return providerMetadata === undefined ? {} : { providerMetadata: toJson(providerMetadata) };
}
