import type { RunEnd } from '../../../foundation/journal/index.ts';
import type { RouteParts } from '../parts.ts';
import { bornAt } from './born-at.ts';
import type { ChatEvent } from './chat-call.ts';
import { ChatVoice } from './chat-voice.ts';
import { ended } from './ended.ts';
import { hearFromAfar } from './hear-from-afar.ts';

/**
 * The end of a run that another request made, with the same key. What it said before is lost on this one, so that it
 * tells the whole answer at the end, and none of the pieces.
 *
 * @param signal fires when nobody listens any more; the run goes on
 */
export async function* joined(
  parts: Omit<RouteParts, 'chat'>,
  tenant: string,
  { id, agent, end }: { id: string; agent: string; end?: RunEnd },
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  const voice = new ChatVoice();
  if (end !== undefined) voice.onEnd(end);
  // Of its text it wants to hear nothing: whoever does may be elsewhere, and text goes where it is heard.
  const deaf = parts.news.hear(id, { onEnd: (told) => voice.onEnd(told) });
  try {
    yield { type: 'started', run: id, createdAt: bornAt(id), agent, isReplay: true };
    if (voice.end === undefined) await outlast(hearFromAfar(parts, { tenant, id }, voice, signal));
    if (voice.end !== undefined) yield ended(id, voice.end);
  } finally {
    deaf();
  }
}

async function outlast(events: AsyncGenerator<ChatEvent, void, undefined>): Promise<void> {
  for await (const _ of events);
}
