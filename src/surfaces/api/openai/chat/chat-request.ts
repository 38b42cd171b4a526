import { toJson } from '../../../../contract/json.ts';
import type { ModelRequest } from '../../../../contract/model.ts';
import { invalidRequest } from '../../problems/invalid-request.ts';
import { type GivenChoice, offeredTools } from '../offered-tools.ts';
import { type GivenFormat, given, responseFormat } from '../sampling.ts';
import type { ChatBody } from './chat-body.ts';
import { chatPrompt } from './chat-prompt.ts';

/**
 * What a chat asks of a model, as JSON.
 *
 * @throws BulkheadError `invalid_request`
 */
export function chatRequest(body: ChatBody): ModelRequest {
  const { stop } = body;
  const tools = (body.tools ?? []).map((tool) => tool.function);
  const request: ModelRequest = {
    prompt: chatPrompt(body.messages),
    ...offeredTools(tools, choiceOf(body.tool_choice), body.parallel_tool_calls),
    ...responseFormat(formatOf(body.response_format)),
    ...given('maxOutputTokens', outputTokens(body)),
    ...given('temperature', body.temperature),
    ...given('topP', body.top_p),
    ...given('stopSequences', typeof stop === 'string' ? [stop] : stop),
    ...given('seed', body.seed),
    ...given('frequencyPenalty', body.frequency_penalty),
    ...given('presencePenalty', body.presence_penalty),
    ...given('reasoning', body.reasoning_effort),
    ...given('whole', body.stream === true ? undefined : true),
    untrimmed: true,
  };
  return toJson(request) as unknown as ModelRequest;
}

/** The older name and the newer one of the same limit. */
function outputTokens({
  max_tokens: older,
  max_completion_tokens: newer,
}: ChatBody): number | null | undefined {
  if (typeof older === 'number' && typeof newer === 'number' && older !== newer) {
    throw invalidRequest([
      { field: 'max_tokens', message: 'is not what max_completion_tokens says; send one' },
    ]);
  }
  return newer ?? older;
}

function choiceOf(choice: ChatBody['tool_choice']): GivenChoice | undefined {
  if (choice === null || choice === undefined) return undefined;
  if (typeof choice === 'string') return choice;
  if (choice.type === 'function') return { name: choice.function.name };
  const { mode, tools } = choice.allowed_tools;
  return { mode, allowed: tools.map((tool) => tool.function.name) };
}

function formatOf(format: ChatBody['response_format']): GivenFormat | undefined {
  if (format === null || format === undefined) return undefined;
  return format.type === 'json_schema' ? { type: 'json_schema', ...format.json_schema } : format;
}
