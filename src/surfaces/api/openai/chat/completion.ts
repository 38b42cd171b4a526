import type { ModelResponse } from '../../../../contract/model.ts';
import type { Started } from '../stream/open-chat.ts';
import { textOf } from '../stream/talk.ts';
import { toolCallsOf } from '../tool-calls.ts';
import { completionUsage } from '../usage.ts';

/** What all objects of one completion share. */
export function completionHead({ run, createdAt }: Started) {
  return { id: `chatcmpl-${run}`, created: Math.floor(createdAt / 1_000) };
}

/** The whole answer as a `chat.completion`. */
export function completion(started: Started, response: ModelResponse) {
  const text = textOf(response);
  const calls = completionCalls(response);
  return {
    ...completionHead(started),
    object: 'chat.completion',
    model: response.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          // Null is OpenAI's word for an answer that is nothing but calls.
          content: text === '' && calls.length > 0 ? null : text,
          refusal: null,
          annotations: [],
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: finishReason(response),
      },
    ],
    usage: completionUsage(response.usage),
  };
}

export function completionCalls(response: ModelResponse) {
  return toolCallsOf(response).map(({ id, ...called }) => ({ id, type: 'function', function: called }));
}

/** In OpenAI's words. Some providers say that they stopped where they call tools. */
export function finishReason(response: ModelResponse): 'stop' | 'length' | 'content_filter' | 'tool_calls' {
  if (response.finishReason === 'length') return 'length';
  if (response.finishReason === 'content-filter') return 'content_filter';
  return toolCallsOf(response).length > 0 ? 'tool_calls' : 'stop';
}
