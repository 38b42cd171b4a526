import { BulkheadError } from '../../../contract/errors.ts';
import { followSignal } from '../../../contract/follow-signal.ts';
import { isTerminal } from '../../../contract/run.ts';
import type { RouteParts } from '../parts.ts';
import { readRunEnd } from '../runs/read-run.ts';
import type { Watch } from '../watch/watch.ts';
import type { ChatEvent } from './chat-call.ts';
import type { ChatVoice } from './chat-voice.ts';

/** Between tries to read how a run ended, ms. */
const PAUSE = 1_000;

/**
 * What a chat says by way of the database, from a worker elsewhere, until it has ended. This process's own worker may
 * take it up too, later than at once: then it is heard by the voice.
 *
 * @param signal fires when nobody listens any more
 * @throws BulkheadError `shutting_down`
 */
export async function* hearFromAfar(
  parts: Pick<RouteParts, 'store' | 'keys' | 'clock' | 'watcher'>,
  run: { tenant: string; id: string },
  voice: ChatVoice,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  const watch = await parts.watcher.watch(run.tenant, run.id);
  const stopWaking = wakeBy(watch, voice, signal);
  try {
    for (;;) {
      for (const delta of watch.takeDeltas()) voice.onDelta(delta);
      if (voice.end === undefined && isOver(watch)) await readEnd(parts, run, voice, signal);
      yield* voice.take();
      if (voice.end !== undefined || signal.aborted) return;
      if (watch.ended) throw shuttingDown();
      await voice.changed();
    }
  } finally {
    stopWaking();
    watch.close();
  }
}

/** Makes the watch's news the voice's, too. Returns what ends that. */
function wakeBy(watch: Watch, voice: ChatVoice, signal: AbortSignal): () => void {
  const listening = followSignal(signal);
  const listen = async () => {
    while (!listening.signal.aborted && !watch.ended) {
      await watch.changed(listening.signal);
      voice.wake();
    }
  };
  void listen();
  return () => {
    listening.abort('Nobody listens any more.');
    listening.unfollow();
  };
}

function isOver({ standing }: Watch): boolean {
  return standing !== undefined && isTerminal(standing.status);
}

/** A database that is away for a moment costs nobody the answer. */
async function readEnd(
  { store, keys, clock }: Pick<RouteParts, 'store' | 'keys' | 'clock'>,
  run: { tenant: string; id: string },
  voice: ChatVoice,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && voice.end === undefined) {
    try {
      const end = await readRunEnd(store, keys, run.tenant, run.id);
      if (end !== undefined) voice.onEnd(end);
    } catch (error) {
      // What does not pass by itself is told: nobody is to wait for it for ever.
      if (!BulkheadError.isInstance(error) || error.code !== 'database_unreachable') throw error;
      await clock.sleep(PAUSE, signal).catch(() => {});
    }
  }
}

function shuttingDown(): BulkheadError {
  return new BulkheadError({
    code: 'shutting_down',
    message: 'This server is shutting down. Send the request again; another one takes it.',
    status: 503,
    retryable: true,
  });
}
