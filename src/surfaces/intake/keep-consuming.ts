import type { Clock } from '../../contract/clock.ts';
import { Pauses, reasonOf } from '../../foundation/queue/broker/index.ts';
import type { Log } from '../composition/log.ts';
import type { IntakeBroker, IntakeMessage, Verdict } from './message.ts';

/**
 * Takes the messages of a source until the signal fires, and connects again, after growing pauses, when the
 * broker was away.
 */
export async function keepConsuming(
  broker: Pick<IntakeBroker, 'consume'>,
  handle: (message: IntakeMessage) => Promise<Verdict>,
  { source, signal, clock, log }: { source: string; signal: AbortSignal; clock: Clock; log: Log },
): Promise<void> {
  const pauses = new Pauses();
  let away = false;
  const ready = () => {
    log('info', away ? 'Messages are taken again.' : 'Messages are taken.', { source });
    pauses.succeeded();
    away = false;
  };
  while (!signal.aborted) {
    try {
      await broker.consume({ handle, ready, signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!away) {
        log('warn', 'The broker of a source is away; its messages wait there until it is back.', {
          source,
          reason: reasonOf(error),
        });
      }
      away = true;
      await clock.sleep(pauses.next(), signal).catch(() => {});
    }
  }
}
