import type { JSONObject, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { canonicalJson } from '../../../contract/json.ts';

/** FNV-1a, 32 bit, over UTF-16 units (Fowler, Noll, Vo): offset basis 2166136261, prime 16777619. */
const hash = (text: string): string => {
  let value = 2166136261;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  return (value >>> 0).toString(16).padStart(8, '0');
};

/** How many tool calls a prompt holds. */
export function countCalls(prompt: LanguageModelV4Prompt): number {
  return prompt
    .filter((message) => message.role === 'assistant')
    .flatMap((message) => message.content)
    .filter((part) => part.type === 'tool-call').length;
}

/**
 * The id of a call: its place in the conversation and a hash of what is called. The same prompt gives the same id;
 * within a conversation no two calls share one.
 *
 * @example
 * callId(0, 'credit', { usd: 5 }); // 'local_0_…'
 */
export function callId(place: number, toolName: string, input: JSONObject): string {
  return `local_${place}_${hash(`${toolName} ${canonicalJson(input)}`)}`;
}
