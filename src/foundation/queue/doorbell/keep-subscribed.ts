import type { Clock } from '../../../contract/clock.ts';
import { inTime } from '../broker/in-time.ts';
import { Pauses } from '../broker/pauses.ts';
import type { BellBroker, Ears } from './broker.ts';
import type { Outage } from './outage.ts';

const CLOSED_WITHIN = 1_000;

type Heard = Pick<Ears, 'heard' | 'connected'>;

/**
 * Keeps a subscription up until the signal fires: subscribes again, after growing pauses, whenever it could not
 * be made or was lost. Resolves when the signal has fired and everything is closed.
 */
export async function keepSubscribed(
  broker: Pick<BellBroker<unknown>, 'subscribe'>,
  { heard, connected }: Heard,
  { signal, clock, outage }: { signal: AbortSignal; clock: Clock; outage: Outage },
): Promise<void> {
  const pauses = new Pauses();
  while (!signal.aborted) {
    const over = Promise.withResolvers<unknown>();
    const stop = () => over.resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    const ears: Ears = {
      // A message that comes in while everything is being closed is for nobody.
      heard: (run) => void (signal.aborted || heard(run)),
      connected: () => {
        pauses.succeeded();
        outage.succeeded();
        if (!signal.aborted) connected();
      },
      lost: (error) => over.resolve(error ?? new Error('the connection ended')),
    };
    const subscribing = broker.subscribe(ears, signal);
    const error = await Promise.race([
      over.promise,
      subscribing.then(
        () => over.promise,
        (failure: unknown) => failure,
      ),
    ]);
    signal.removeEventListener('abort', stop);
    if (!signal.aborted) outage.failed(error);
    // One that is still being made is closed when it is there; a broker that has stalled is not waited for.
    const closed = subscribing.then((subscription) => subscription.close());
    await inTime(CLOSED_WITHIN, closed).catch(() => {});
    if (!signal.aborted) await clock.sleep(pauses.next(), signal).catch(() => {});
  }
}
