import { type Json, toJson } from '../../../../contract/json.ts';
import type { ChatInput } from '../../../../run/chat/chat-input.ts';
import { isInstructions } from './instructions.ts';
import type { ResponseBody } from './response-body.ts';

/** What a response tells of its request. The input and what changes nothing are not among it. */
export type ToldBody = Pick<
  ResponseBody,
  | 'include'
  | 'instructions'
  | 'max_output_tokens'
  | 'metadata'
  | 'model'
  | 'parallel_tool_calls'
  | 'previous_response_id'
  | 'reasoning'
  | 'temperature'
  | 'text'
  | 'tool_choice'
  | 'tools'
  | 'top_p'
  | 'truncation'
  | 'user'
>;

/** What is kept of a request in its run's journal, so that the response can be told again. The prompt has the instructions. */
export function keptBody(body: ToldBody): Json {
  const { include, max_output_tokens, metadata, model, parallel_tool_calls, previous_response_id } = body;
  const { reasoning, temperature, text, tool_choice, tools, top_p, truncation, user } = body;
  return toJson({
    include,
    max_output_tokens,
    metadata,
    model,
    parallel_tool_calls,
    previous_response_id,
    reasoning,
    temperature,
    text,
    tool_choice,
    tools,
    top_p,
    truncation,
    user,
  });
}

/**
 * The inverse of {@link keptBody}, from the input of a response's run.
 *
 * @returns undefined for a run that no response is
 */
export function toldBody({ asked, prompt }: ChatInput): ToldBody | undefined {
  if (asked === undefined) return undefined;
  const instructions = prompt.find(isInstructions);
  return {
    ...(asked as ToldBody),
    instructions: instructions?.role === 'system' ? instructions.content : null,
  };
}
