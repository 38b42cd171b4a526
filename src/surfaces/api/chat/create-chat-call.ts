import type { Principal } from '../../../contract/principal.ts';
import { requestCancel } from '../../../foundation/queue/index.ts';
import type { RouteParts } from '../parts.ts';
import { bornAt } from './born-at.ts';
import type { ChatCall, ChatEvent, ChatRequest } from './chat-call.ts';
import { ChatVoice } from './chat-voice.ts';
import { ended } from './ended.ts';
import { findPlace, type Place } from './find-place.ts';
import { hearFromAfar } from './hear-from-afar.ts';
import { joined } from './join-chat.ts';
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
  return async function* chat(principal, { signal, ...request }) {
    const over = Promise.withResolvers<void>();
    open.add(over.promise);
    try {
      const place = await findPlace(parts, principal, request);
      if (place.type === 'taken') yield* joined(parts, principal.tenant, place, signal);
      else yield* made(parts, principal, place, request, signal);
    } finally {
      open.delete(over.promise);
      over.resolve();
    }
  };
}

type Events = AsyncGenerator<ChatEvent, void, undefined>;

/** Makes the run, and tells what it says. */
async function* made(
  parts: Parts,
  principal: Principal,
  place: Extract<Place, { type: 'free' }>,
  request: Omit<ChatRequest, 'signal'>,
  signal: AbortSignal,
): Events {
  const { id } = place;
  const { tenant } = principal;
  const agent = place.target.definition.name;
  // From before the run is there, so that nothing of it is missed.
  const voice = new ChatVoice();
  const deaf = parts.news.hear(id, voice);
  /** There is a run whose end nobody has been told. */
  let isUnheard = false;
  try {
    const { isNear, isOthers } = await makeChat(parts, principal, place, request);
    if (isOthers) {
      // Its text is for whoever made it.
      deaf();
      return yield* joined(parts, tenant, { id, agent }, signal);
    }
    isUnheard = true;
    yield { type: 'started', run: id, createdAt: bornAt(id), agent };
    if (isNear) yield* heard(voice, signal);
    if (voice.end === undefined && !signal.aborted) {
      yield* hearFromAfar(parts, { tenant, id }, voice, signal);
    }
    if (voice.end !== undefined) yield ended(id, voice.end);
    isUnheard = signal.aborted;
  } finally {
    deaf();
    // Who leaves early, or is sent away and asks again, pays for no more of it. With a key it comes back for the answer.
    if (isUnheard && request.key === undefined) {
      await cancel(parts, { tenant, run: id, principal: principal.id });
    }
  }
}

/** What is heard in this process, for as long as its worker has the run. */
async function* heard(voice: ChatVoice, signal: AbortSignal): Events {
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
