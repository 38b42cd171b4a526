import type { BulkheadError } from '../../../../contract/errors.ts';
import type { ModelResponse } from '../../../../contract/model.ts';
import { asOpenAiError, toOpenAiError } from '../errors/open-ai-error.ts';
import type { Started } from '../stream/open-chat.ts';
import { textOf } from '../stream/talk.ts';
import { responseUsage } from '../usage.ts';
import type { ToldBody } from './kept-body.ts';
import { callItems, messageItem, reasoningItems } from './output-items.ts';

/** What every form of one response shares: its name, and what was asked. */
function responseHead(body: ToldBody, { run, createdAt }: Started) {
  return {
    id: `resp_${run}`,
    object: 'response',
    created_at: Math.floor(createdAt / 1_000),
    background: false,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: body.reasoning?.summary ?? null },
    store: true,
    temperature: body.temperature ?? null,
    text: { format: body.text?.format ?? { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
    truncation: body.truncation ?? 'disabled',
    access_programs: null,
    ...(typeof body.user === 'string' ? { user: body.user } : {}),
  };
}

/** While it goes on. Which model answers is known when it has. */
export function openResponse(body: ToldBody, started: Started) {
  return {
    ...responseHead(body, started),
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: body.model ?? started.agent,
    output: [] as object[],
  };
}

/** @param output its items, in the order in which the client was told of them */
export function endedResponse(
  body: ToldBody,
  started: Started,
  response: ModelResponse,
  { output, now }: { output: object[]; now: number },
) {
  const reason = incompleteFor(response);
  return {
    ...openResponse(body, started),
    status: reason === undefined ? 'completed' : 'incomplete',
    completed_at: reason === undefined ? Math.floor(now / 1_000) : null,
    incomplete_details: reason === undefined ? null : { reason },
    model: response.model,
    output,
    usage: responseUsage(response.usage),
  };
}

export function cancelledResponse(body: ToldBody, started: Started) {
  return { ...openResponse(body, started), status: 'cancelled' };
}

export function failedResponse(body: ToldBody, started: Started, error: BulkheadError) {
  const { message, code: type, param } = toOpenAiError(error);
  return {
    ...openResponse(body, started),
    status: 'failed',
    error: { code: failureCode(asOpenAiError(error).status), message, type, param },
  };
}

/** The whole answer, with its items in the order in which a model gives them. */
export function wholeResponse(body: ToldBody, started: Started, response: ModelResponse, now: number) {
  const { run } = started;
  const text = textOf(response);
  const status = incompleteFor(response) === undefined ? 'completed' : 'incomplete';
  const output = [
    ...reasoningItems(run, response, body),
    ...(text === '' ? [] : [messageItem(run, status, text)]),
    ...callItems(run, response),
  ];
  return endedResponse(body, started, response, { output, now });
}

/** Why an answer is not all that the model had to say. */
export function incompleteFor({
  finishReason,
}: ModelResponse): 'max_output_tokens' | 'content_filter' | undefined {
  if (finishReason === 'length') return 'max_output_tokens';
  return finishReason === 'content-filter' ? 'content_filter' : undefined;
}

/** A response's error has a short list of codes; what it was stands in `type` and in the run's journal. */
function failureCode(status: number): 'rate_limit_exceeded' | 'invalid_prompt' | 'server_error' {
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}
