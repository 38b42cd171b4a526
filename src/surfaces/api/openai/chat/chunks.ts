import type { ModelResponse } from '../../../../contract/model.ts';
import { toOpenAiError } from '../errors/open-ai-error.ts';
import { STILL_HERE } from '../stream/answer-stream.ts';
import type { Started } from '../stream/open-chat.ts';
import type { Talk } from '../stream/talk.ts';
import { completionUsage } from '../usage.ts';
import { completionCalls, completionHead, finishReason } from './completion.ts';

type Asked = {
  /** As the client wrote it: which model answers is known when it has. */
  model: string;
  includeUsage: boolean;
};

/**
 * An answer as `chat.completion.chunk` events. Text comes as it is said, a tool call in one chunk when it is whole.
 * A failure is an event of its own, and neither a finish reason nor `[DONE]` follows: no cut answer ends like a
 * complete one.
 */
export async function* chunks(
  talk: AsyncGenerator<Talk, void, undefined>,
  started: Started,
  { model: asked, includeUsage }: Asked,
): AsyncGenerator<string, void, undefined> {
  const head = { ...completionHead(started), object: 'chat.completion.chunk' };
  const chunk = (model: string, delta: object, finish: string | null = null) =>
    data({
      ...head,
      model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(includeUsage ? { usage: null } : {}),
    });

  yield chunk(asked, { role: 'assistant', content: '', refusal: null });
  for await (const event of talk) {
    if (event.type === 'silence') yield STILL_HERE;
    if (event.type === 'text') yield chunk(asked, { content: event.text });
    if (event.type === 'broken') yield data({ error: toOpenAiError(event.error) });
    if (event.type === 'answer') yield* ending(event.response);
  }

  function* ending(response: ModelResponse): Generator<string, void, undefined> {
    const { model, usage } = response;
    for (const [index, call] of completionCalls(response).entries()) {
      yield chunk(model, { tool_calls: [{ index, ...call }] });
    }
    yield chunk(model, {}, finishReason(response));
    if (includeUsage) yield data({ ...head, model, choices: [], usage: completionUsage(usage) });
    yield 'data: [DONE]\n\n';
  }
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
