import { BulkheadError } from '../../../../contract/errors.ts';
import { type FollowingController, followSignal } from '../../../../contract/follow-signal.ts';
import type { ModelResponse } from '../../../../contract/model.ts';
import type { Principal } from '../../../../contract/principal.ts';
import type { ChatCall, ChatEvent, ChatRequest } from '../../chat/chat-call.ts';
import { fromFailure } from '../errors/from-failure.ts';

export type Started = Extract<ChatEvent, { type: 'started' }>;

/** A chat whose run is there. */
export type OpenedChat = {
  started: Started;
  /** The event after the last one that was taken. There is one until `done` or `failed`, or it rejects. */
  next(): Promise<ChatEvent>;
  /** After the last event: to leave then cancels nothing. */
  finish(): Promise<void>;
  /** A run that has not ended is cancelled. */
  leave(): Promise<void>;
};

/**
 * Begins a chat, and returns when its run is durable.
 *
 * @param gone fires when the client has gone
 * @throws BulkheadError when it is refused
 */
export async function openChat(
  chat: ChatCall,
  principal: Principal,
  request: Omit<ChatRequest, 'signal'>,
  gone: AbortSignal,
): Promise<OpenedChat> {
  const left = followSignal(gone);
  const events = chat(principal, { ...request, signal: left.signal })[Symbol.asyncIterator]();
  const next = async (): Promise<ChatEvent> => {
    const { done, value } = await events.next();
    if (done === true) throw unfinished(left.signal);
    return value;
  };
  const started = await next();
  if (started.type !== 'started') throw unfinished(left.signal);
  return {
    started,
    next,
    async finish() {
      await events.next();
    },
    leave: () => leave(events, left),
  };
}

async function leave(events: AsyncIterator<ChatEvent>, left: FollowingController): Promise<void> {
  // What waits for news hears of the leaving by the signal; what has ended hears nothing.
  left.abort('The client has gone.');
  left.unfollow();
  await events.return?.();
}

/**
 * The whole answer.
 *
 * @throws BulkheadError for a run that failed, with a status that fits
 */
export async function answerOf(chat: OpenedChat): Promise<ModelResponse> {
  try {
    for (;;) {
      const event = await chat.next();
      if (event.type === 'failed') throw fromFailure(event.error);
      if (event.type !== 'done') continue;
      await chat.finish();
      return completed(event.response);
    }
  } finally {
    await chat.leave();
  }
}

/**
 * An answer that the model itself did not call a failure.
 *
 * @throws BulkheadError `provider_bad_response`
 */
export function completed(response: ModelResponse): ModelResponse {
  if (response.finishReason !== 'error') return response;
  throw new BulkheadError({
    code: 'provider_bad_response',
    message: `${response.model} ended its answer with an error. Ask again.`,
    status: 502,
    retryable: true,
  });
}

/** A chat that ends without an end: its client has gone, or the fault is ours. */
function unfinished({ aborted }: AbortSignal): BulkheadError {
  return aborted
    ? new BulkheadError({
        code: 'client_gone',
        message: 'The client has gone; its run is cancelled.',
        status: 499,
      })
    : new BulkheadError({
        code: 'internal',
        message:
          'The answer ended without its end. Ask again; if it happens again, tell the operator the request id.',
        status: 500,
        retryable: true,
      });
}
