import type { ChannelModel } from 'amqplib';
import { inTime } from './in-time.ts';

const CONNECTED_WITHIN = 10_000;
const CLOSED_WITHIN = 1_000;
/** Seconds. Two missed ones end the connection. */
const HEARTBEAT = '10';

/** One connection to RabbitMQ, which does not come back by itself. */
export type RabbitmqConnection = { model: ChannelModel; close(): Promise<void> };

/**
 * Connects to RabbitMQ. The client library is loaded only here.
 *
 * @param lost called once, when the connection ended by itself or went silent
 * @example
 * const rabbitmq = await connectRabbitmq('amqp://guest:guest@127.0.0.1:5672', () => {});
 * const channel = await rabbitmq.model.createConfirmChannel();
 */
export async function connectRabbitmq(url: string, lost: () => void): Promise<RabbitmqConnection> {
  const { connect } = await import('amqplib');
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', HEARTBEAT);
  const model = await connect(address.href, {
    timeout: CONNECTED_WITHIN,
    noDelay: true,
    clientProperties: { connection_name: 'bulkhead' },
  });
  let ended = false;
  model.on('error', () => {});
  model.on('close', () => {
    if (!ended) lost();
    ended = true;
  });
  return {
    model,
    async close() {
      if (ended) return;
      ended = true;
      // A broker that has stalled does not say good-bye.
      await inTime(CLOSED_WITHIN, model.close()).catch(() => cutSocket(model));
    },
  };
}

/** The library keeps the socket to itself; only cutting it ends a connection that answers nothing. */
function cutSocket(model: ChannelModel): void {
  const { stream } = model.connection as { stream?: { destroy(): void } };
  stream?.destroy();
}
