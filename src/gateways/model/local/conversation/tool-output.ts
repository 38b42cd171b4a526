import type { JSONValue, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';

/** How a tool call ended, and what came back: its result, or what was said about the failure. */
export type ToolReply = { outcome: 'succeeded' | 'failed' | 'denied'; value: JSONValue };

const mostParsed = 1_000_000;

const parseText = (text: string): JSONValue => {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed) || trimmed.length > mostParsed) return text;
  try {
    return JSON.parse(trimmed) as JSONValue;
  } catch {
    return text;
  }
};

/**
 * Reads the output of a tool result; text that is JSON is taken as JSON.
 *
 * @example
 * readToolOutput({ type: 'text', value: '{"status":"up"}' }); // { outcome: 'succeeded', value: { status: 'up' } }
 */
export function readToolOutput(output: LanguageModelV4ToolResultPart['output']): ToolReply {
  switch (output.type) {
    case 'text':
      return { outcome: 'succeeded', value: parseText(output.value) };
    case 'json':
      return { outcome: 'succeeded', value: output.value };
    case 'execution-denied':
      return { outcome: 'denied', value: output.reason ?? null };
    case 'error-text':
      return { outcome: 'failed', value: parseText(output.value) };
    case 'error-json':
      return { outcome: 'failed', value: output.value };
    case 'content': {
      const text = output.value.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
      return { outcome: 'succeeded', value: parseText(text) };
    }
  }
}
