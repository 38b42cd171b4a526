import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { toJson } from '../../../../contract/json.ts';
import type { ModelRequest } from '../../../../contract/model.ts';
import { type GivenChoice, offeredTools } from '../offered-tools.ts';
import { given, responseFormat } from '../sampling.ts';
import { inputPrompt } from './input-prompt.ts';
import type { ResponseBody } from './response-body.ts';

/**
 * What a response asks of a model, as JSON.
 *
 * @param earlier what was said before its input
 * @throws BulkheadError `invalid_request`
 */
export function responseRequest(body: ResponseBody, earlier: LanguageModelV4Prompt = []): ModelRequest {
  const request: ModelRequest = {
    prompt: inputPrompt(body.instructions, body.input, earlier),
    ...offeredTools(body.tools ?? [], choiceOf(body.tool_choice), body.parallel_tool_calls),
    ...responseFormat(body.text?.format ?? undefined),
    ...given('maxOutputTokens', body.max_output_tokens),
    ...given('temperature', body.temperature),
    ...given('topP', body.top_p),
    ...given('reasoning', body.reasoning?.effort),
    ...given('whole', body.stream === true ? undefined : true),
    ...given('untrimmed', body.truncation === 'auto' ? undefined : true),
  };
  return toJson(request) as unknown as ModelRequest;
}

function choiceOf(choice: ResponseBody['tool_choice']): GivenChoice | undefined {
  if (choice === null || choice === undefined) return undefined;
  if (typeof choice === 'string') return choice;
  if (choice.type === 'function') return { name: choice.name };
  return { mode: choice.mode, allowed: choice.tools.map(({ name }) => name) };
}
