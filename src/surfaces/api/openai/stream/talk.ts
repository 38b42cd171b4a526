import type { Clock } from '../../../../contract/clock.ts';
import { BulkheadError } from '../../../../contract/errors.ts';
import type { ModelResponse } from '../../../../contract/model.ts';
import type { ChatEvent } from '../../chat/chat-call.ts';
import type { Log } from '../../parts.ts';
import { toShownError } from '../../problems/problem.ts';
import { fromFailure } from '../errors/from-failure.ts';
import { completed, type OpenedChat } from './open-chat.ts';

/** Milliseconds after which a quiet stream says that it is alive: proxies cut what is silent. */
const HEARTBEAT_EVERY = 15_000;
/** Milliseconds for which the answer's status waits: what fails by then is told by a status, as without a stream. */
const STATUS_WAITS = 10_000;

/** What is told of a chat while it goes on. It ends with `answer`, after all of its text, or with `broken`. */
export type Talk =
  | { type: 'silence' }
  | { type: 'text'; text: string }
  | { type: 'answer'; response: ModelResponse }
  | { type: 'broken'; error: BulkheadError };

export type TalkParts = { clock: Clock; log: Log };

/**
 * Waits for the first thing that a chat says, for some seconds at most.
 *
 * @returns what is told from then on
 * @throws BulkheadError for a run that fails before it has said anything
 */
export async function beginTalk(
  chat: OpenedChat,
  parts: TalkParts,
): Promise<AsyncGenerator<Talk, void, undefined>> {
  const first = chat.next();
  try {
    const event = await within(first, STATUS_WAITS, parts.clock);
    if (event !== LATE && event.type === 'failed') throw fromFailure(event.error);
  } catch (error) {
    await chat.leave();
    throw error;
  }
  return talk(chat, first, parts);
}

async function* talk(
  chat: OpenedChat,
  first: Promise<ChatEvent>,
  { clock, log }: TalkParts,
): AsyncGenerator<Talk, void, undefined> {
  try {
    yield* told(chat, first, clock);
  } catch (thrown) {
    const error = toShownError(thrown);
    if (error.status >= 500) {
      const fields = { run: chat.started.run, code: error.code };
      log.error({ ...fields, err: error.cause ?? error }, 'An answer broke off.');
    }
    yield { type: 'broken', error };
  } finally {
    await chat.leave();
  }
}

/** Text as it comes. What the client has read cannot be taken back, so all that contradicts it ends the stream. */
async function* told(
  chat: OpenedChat,
  first: Promise<ChatEvent>,
  clock: Clock,
): AsyncGenerator<Talk, void, undefined> {
  let said = '';
  for (let next = first; ; ) {
    const event = await within(next, HEARTBEAT_EVERY, clock);
    if (event === LATE) {
      yield { type: 'silence' };
      continue;
    }
    if (event.type === 'failed') throw fromFailure(event.error);
    if (event.type === 'reset' && said !== '') throw begunAnew();
    if (event.type === 'delta') {
      said += event.text;
      yield { type: 'text', text: event.text };
    }
    if (event.type === 'done') {
      const response = completed(event.response);
      await chat.finish();
      const text = textOf(response);
      // Live text travels by ways that may lose some of it; the journal has it whole.
      if (!text.startsWith(said)) throw begunAnew();
      if (text.length > said.length) yield { type: 'text', text: text.slice(said.length) };
      return yield { type: 'answer', response };
    }
    next = chat.next();
  }
}

/** All text of an answer, in its order. */
export function textOf({ content }: ModelResponse): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function begunAnew(): BulkheadError {
  return new BulkheadError({
    code: 'stream_reset',
    message:
      'The attempt that wrote this text was lost, and another began anew. Discard the text and ask again.',
    status: 502,
    retryable: true,
  });
}

const LATE = Symbol('late');

async function within<Value>(
  coming: Promise<Value>,
  patience: number,
  clock: Clock,
): Promise<Value | typeof LATE> {
  const over = new AbortController();
  const tooLate = (): typeof LATE => LATE;
  const late = clock.sleep(patience, over.signal).then(tooLate, tooLate);
  try {
    return await Promise.race([coming, late]);
  } finally {
    over.abort('It came.');
  }
}
