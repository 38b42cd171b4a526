import { type Clock, systemClock } from '../../../contract/clock.ts';
import type { Doorbell } from '../../../contract/doorbell.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import { HeldConnection } from '../broker/held-connection.ts';
import { inTime } from '../broker/in-time.ts';
import type { BrokerLog } from '../broker/log.ts';
import type { BellBroker } from './broker.ts';
import { keepSubscribed } from './keep-subscribed.ts';
import { MergedRings } from './merged-rings.ts';
import { Outage } from './outage.ts';

/** A message that was not taken within this time is lost, and its connection with it. Milliseconds. */
const SENT_WITHIN = 5_000;
/** For what is still on its way when the doorbell is closed. */
const CLOSED_WITHIN = 1_000;

/** A doorbell over a broker: rings merge and are dropped while it is away, listeners come back by themselves. */
export function createDoorbell<Connection>(
  broker: BellBroker<Connection>,
  { log, clock = systemClock }: { log: BrokerLog; clock?: Clock },
): Doorbell {
  const connection = new HeldConnection(broker.ringing, clock);
  const ringing = new Outage(log, `Ringing over ${broker.name}`);
  const closing = new AbortController();

  const rings = new MergedRings(async (runs) => {
    try {
      const held = await connection.get();
      await inTime(SENT_WITHIN, broker.send(held, runs)).catch((error: unknown) => {
        connection.drop();
        throw error;
      });
      ringing.succeeded();
    } catch (error) {
      ringing.failed(error);
    }
  });

  return {
    ring: (run = '') => rings.ring(run),
    async listen({ onRing, onConnected }) {
      const stopping = new AbortController();
      const signal = AbortSignal.any([stopping.signal, closing.signal]);
      const first = Promise.withResolvers<void>();
      const kept = keepSubscribed(
        broker,
        {
          heard: (run) => onRing(run === '' ? undefined : run),
          connected: () => {
            first.resolve();
            onConnected();
          },
        },
        { signal, clock, outage: new Outage(log, `Listening to ${broker.name}`) },
      );
      void kept.then(() => first.reject(closed()));
      await first.promise;
      return {
        async stop() {
          stopping.abort();
          await kept;
        },
      };
    },
    async close() {
      closing.abort();
      await inTime(CLOSED_WITHIN, rings.close()).catch(() => {});
      await connection.close();
    },
  };
}

function closed(): BulkheadError {
  return new BulkheadError({
    code: 'doorbell_closed',
    message: 'The doorbell was closed before it was connected. Open another one.',
  });
}
