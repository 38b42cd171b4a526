import type { Json } from '../../../contract/json.ts';
import { isTerminal } from '../../../contract/run.ts';
import type { RouteParts } from '../parts.ts';
import { readRun } from '../runs/read-run.ts';
import type { Watch } from '../watch/watch.ts';
import type { ChatVoice } from './chat-voice.ts';

/** Between tries to read how a run ended, ms. */
const PAUSE = 1_000;

type Hearing = {
  run: { tenant: string; id: string };
  watch: Watch;
  voice: ChatVoice;
  /** Fires when nobody listens any more. */
  signal: AbortSignal;
};

/** What comes by way of the database, from a worker elsewhere. Resolves when there is no more to come. */
export async function hearFromAfar(
  parts: Pick<RouteParts, 'store' | 'keys' | 'clock'>,
  { run, watch, voice, signal }: Hearing,
): Promise<void> {
  while (!signal.aborted && !watch.ended && voice.end === undefined) {
    await watch.changed(signal);
    for (const delta of watch.takeDeltas()) voice.onDelta(delta);
    while (!signal.aborted && voice.end === undefined && isOver(watch)) {
      try {
        const { status, output, error } = await readRun(parts.store, parts.keys, run.tenant, run.id);
        if (isTerminal(status))
          voice.onEnd({ status, output: output as Json, ...(error === null ? {} : { error }) });
      } catch {
        await parts.clock.sleep(PAUSE, signal).catch(() => {});
      }
    }
  }
  voice.wake();
}

function isOver({ standing }: Watch): boolean {
  return standing !== undefined && isTerminal(standing.status);
}
