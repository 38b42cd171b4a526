import type { Json } from '../../../contract/json.ts';
import type { ModelContent, ModelRequest, ModelResponse } from '../../../contract/model.ts';

type Call = Extract<ModelContent, { type: 'tool-call' }>;

/** The tool calls of an answer that somebody else is to carry out. */
export function callsOf({ content }: Pick<ModelResponse, 'content'>): Call[] {
  return content.filter((part): part is Call => part.type === 'tool-call' && !part.providerExecuted);
}

export function textOf({ content }: Pick<ModelResponse, 'content'>): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** The answer as who asked gets it: text, or a value where JSON was asked for. @returns undefined: it is no JSON */
export function answerOf(response: ModelResponse, { responseFormat }: ModelRequest): Json | undefined {
  const text = textOf(response);
  if (responseFormat === undefined) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
