import type { ModelContent, ModelResponse } from '../../../../contract/model.ts';
import { toolCallsOf } from '../tool-calls.ts';
import type { ResponseBody } from './response-body.ts';
import { sealReasoning } from './sealed-reasoning.ts';

/** How far an item has come. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export const outputText = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });

/** @param text undefined while it has not begun */
export function messageItem(run: string, status: ItemStatus, text?: string) {
  return {
    id: `msg_${run}`,
    type: 'message',
    status,
    role: 'assistant',
    content: text === undefined ? [] : [outputText(text)],
  };
}

export type CallItem = {
  id: string;
  type: 'function_call';
  status: ItemStatus;
  call_id: string;
  name: string;
  arguments: string;
};

export function callItems(run: string, response: ModelResponse): CallItem[] {
  return toolCallsOf(response).map(({ id, name, arguments: args }, index) => ({
    id: `fc_${run}_${index}`,
    type: 'function_call',
    status: 'completed',
    call_id: id,
    name,
    arguments: args,
  }));
}

export type ReasoningItem = {
  id: string;
  type: 'reasoning';
  summary: { type: 'summary_text'; text: string }[];
  encrypted_content?: string;
};

/**
 * The model's reasoning, as far as the client asks for it: its words as the summary, and what it hands back to the
 * model unread.
 */
export function reasoningItems(
  run: string,
  { content }: ModelResponse,
  { reasoning, include }: Pick<ResponseBody, 'reasoning' | 'include'>,
): ReasoningItem[] {
  const summarised = typeof (reasoning?.summary ?? reasoning?.generate_summary) === 'string';
  const carried = include?.includes('reasoning.encrypted_content') === true;
  if (!summarised && !carried) return [];
  return content.filter(isReasoning).map((part, index) => ({
    id: `rs_${run}_${index}`,
    type: 'reasoning',
    summary: summarised && part.text !== '' ? [{ type: 'summary_text', text: part.text }] : [],
    ...(carried ? { encrypted_content: sealReasoning(part) } : {}),
  }));
}

function isReasoning(part: ModelContent): part is Extract<ModelContent, { type: 'reasoning' }> {
  return part.type === 'reasoning';
}
