import { uuidv7 } from 'uuidv7';
import type { SerializedError } from '../../../contract/errors.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { RunEnd } from '../../../foundation/journal/index.ts';
import { requestCancel } from '../../../foundation/queue/index.ts';
import type { RouteParts } from '../parts.ts';
import type { ChatCall, ChatEvent } from './chat-call.ts';
import { ChatVoice } from './chat-voice.ts';
import { hearFromAfar } from './hear-from-afar.ts';
import { makeChat } from './make-chat.ts';

type Parts = Omit<RouteParts, 'chat'>;

/**
 * Chats: runs of one model call, through the model gateway and its journal like any other. What the worker of this
 * process says of them is heard at once; of a run that another worker has, the database is asked.
 *
 * @param open takes up each chat until all that follows from it is done
 * @example
 * for await (const event of chat(principal, { model: 'openai/gpt-5-mini', request: { prompt }, signal })) …
 */
export function createChatCall(parts: Parts, open: Set<Promise<void>>): ChatCall {
  return async function* chat(principal, { signal, ...asked }) {
    const id = uuidv7();
    const over = Promise.withResolvers<void>();
    open.add(over.promise);
    // From before the run is there, so that nothing of it is missed.
    const voice = new ChatVoice();
    const deaf = parts.news.hear(id, voice);
    /** There is a run whose end nobody has been told. */
    let isUnheard = false;
    try {
      const { isNear, ...made } = await makeChat(parts, principal, id, asked);
      isUnheard = true;
      yield { type: 'started', run: id, ...made };
      if (isNear) yield* heard(voice, signal);
      if (voice.end === undefined && !signal.aborted) {
        yield* hearFromAfar(parts, { tenant: principal.tenant, id }, voice, signal);
      }
      if (voice.end !== undefined) yield ended(id, voice.end);
      isUnheard = signal.aborted;
    } finally {
      deaf();
      // Who leaves early, or is sent away and asks again, pays for no more of it.
      if (isUnheard) await cancel(parts, { tenant: principal.tenant, run: id, principal: principal.id });
      open.delete(over.promise);
      over.resolve();
    }
  };
}

/** What is heard in this process, for as long as its worker has the run. */
async function* heard(voice: ChatVoice, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
  const wake = () => voice.wake();
  signal.addEventListener('abort', wake, { once: true });
  try {
    for (;;) {
      yield* voice.take();
      if (voice.end !== undefined || voice.hasLeft || signal.aborted) return;
      await voice.changed();
    }
  } finally {
    signal.removeEventListener('abort', wake);
  }
}

function ended(run: string, { status, output, error }: RunEnd): ChatEvent {
  if (status === 'succeeded') return { type: 'done', run, response: output as unknown as ModelResponse };
  const cancelled: SerializedError = { code: 'run_cancelled', message: `The run ${run} was cancelled.` };
  return { type: 'failed', run, error: error ?? cancelled };
}

async function cancel(
  { alone, doorbell }: Parts,
  request: { tenant: string; run: string; principal: string },
): Promise<void> {
  await alone(request.tenant, (client) => requestCancel(client, request)).then(
    () => doorbell.ring(request.run),
    // It has ended by itself.
    () => {},
  );
}
