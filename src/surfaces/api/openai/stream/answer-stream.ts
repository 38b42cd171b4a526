import type { Context } from 'hono';
import type { ApiEnv, Log } from '../../parts.ts';
import { toEventStream } from '../../watch/event-stream.ts';
import type { OpenedChat } from './open-chat.ts';

/** Keeps a quiet connection open; clients pass over it. */
export const STILL_HERE = ': still here\n\n';

/** Answers with server-sent events. Whoever closes the connection leaves the chat. */
export function answerStream(
  c: Context<ApiEnv>,
  log: Log,
  chat: OpenedChat,
  events: AsyncGenerator<string, void, undefined>,
): Response {
  const failed = (error: unknown) =>
    log.error(
      { requestId: c.get('requestId'), run: chat.started.run, err: error },
      'An answer stream failed.',
    );
  const stream = toEventStream((gone) => {
    // At once: the generator may be waiting for a model that has nothing to say.
    gone.addEventListener('abort', () => chat.leave().catch(failed), { once: true });
    return events;
  }, failed);
  return c.body(stream, 200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'X-Accel-Buffering': 'no',
  });
}
