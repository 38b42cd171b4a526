import type { BulkheadError } from '../../../../contract/errors.ts';
import type { ModelResponse } from '../../../../contract/model.ts';
import { STILL_HERE } from '../stream/answer-stream.ts';
import type { Started } from '../stream/open-chat.ts';
import type { Talk } from '../stream/talk.ts';
import { callEvents, type Event, reasoningEvents } from './item-events.ts';
import { callItems, type ItemStatus, messageItem, outputText, reasoningItems } from './output-items.ts';
import type { ResponseBody } from './response-body.ts';
import { endedResponse, failedResponse, incompleteFor, openResponse } from './response-object.ts';

/**
 * An answer as the events of a response. It ends with `response.completed`, `response.incomplete` or
 * `response.failed`, and with nothing else.
 *
 * @param now milliseconds since the epoch, asked at the end
 */
export async function* responseEvents(
  talk: AsyncGenerator<Talk, void, undefined>,
  body: ResponseBody,
  started: Started,
  now: () => number,
): AsyncGenerator<string, void, undefined> {
  let sequence = 0;
  const write = (event: Event) => {
    const { type, ...fields } = event;
    const data = { type, sequence_number: sequence++, ...fields };
    return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  };

  yield write({ type: 'response.created', response: openResponse(body, started) });
  yield write({ type: 'response.in_progress', response: openResponse(body, started) });
  const message = new MessageEvents(started.run);
  for await (const event of talk) {
    if (event.type === 'silence') yield STILL_HERE;
    if (event.type === 'text') for (const each of message.say(event.text)) yield write(each);
    if (event.type === 'broken') yield write(failed(body, started, event.error));
    if (event.type === 'answer') {
      for (const each of ending(message, event.response, body, started, now())) yield write(each);
    }
  }
}

function failed(body: ResponseBody, started: Started, error: BulkheadError): Event {
  return { type: 'response.failed', response: failedResponse(body, started, error) };
}

function* ending(
  message: MessageEvents,
  response: ModelResponse,
  body: ResponseBody,
  started: Started,
  now: number,
): Generator<Event, void, undefined> {
  const { run } = started;
  const incomplete = incompleteFor(response) !== undefined;
  const output: object[] = [];
  if (message.begun) {
    const { item, events } = message.end(incomplete ? 'incomplete' : 'completed');
    output.push(item);
    yield* events;
  }
  for (const item of reasoningItems(run, response, body)) {
    yield* reasoningEvents(item, output.length);
    output.push(item);
  }
  for (const item of callItems(run, response)) {
    yield* callEvents(item, output.length);
    output.push(item);
  }
  yield {
    type: incomplete ? 'response.incomplete' : 'response.completed',
    response: endedResponse(body, started, response, { output, now }),
  };
}

/** The one message of an answer, the first of its items: it begins with the first text. */
class MessageEvents {
  readonly #run: string;
  readonly #place: { item_id: string; output_index: number; content_index: number };
  #text: string | undefined;

  constructor(run: string) {
    this.#run = run;
    this.#place = { item_id: messageItem(run, 'in_progress').id, output_index: 0, content_index: 0 };
  }

  get begun(): boolean {
    return this.#text !== undefined;
  }

  *say(text: string): Generator<Event, void, undefined> {
    if (this.#text === undefined) {
      const item = messageItem(this.#run, 'in_progress');
      yield { type: 'response.output_item.added', output_index: 0, item };
      yield { type: 'response.content_part.added', ...this.#place, part: outputText('') };
    }
    this.#text = (this.#text ?? '') + text;
    yield { type: 'response.output_text.delta', ...this.#place, delta: text, logprobs: [] };
  }

  end(status: ItemStatus): { item: object; events: Event[] } {
    const text = this.#text ?? '';
    const item = messageItem(this.#run, status, text);
    return {
      item,
      events: [
        { type: 'response.output_text.done', ...this.#place, text, logprobs: [] },
        { type: 'response.content_part.done', ...this.#place, part: outputText(text) },
        { type: 'response.output_item.done', output_index: 0, item },
      ],
    };
  }
}
