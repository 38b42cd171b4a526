import type { ConfirmChannel } from 'amqplib';
import { connectRabbitmq, type RabbitmqConnection } from '../broker/rabbitmq.ts';
import type { BellBroker } from './broker.ts';

const EXCHANGE = 'bulkhead_ready';
/** Milliseconds for which a ring that nobody took is kept. */
const KEPT_FOR = '10000';

type Ringing = RabbitmqConnection & { channel: ConfirmChannel };

/**
 * A fanout exchange of RabbitMQ, and for each listener a queue that lives as long as it listens.
 *
 * @param address `amqp://` or `amqps://`; `?exchange=` for installations that share one virtual host
 */
export function rabbitmqBell(address: string): BellBroker<Ringing> {
  const url = new URL(address);
  const exchange = url.searchParams.get('exchange') ?? EXCHANGE;
  url.searchParams.delete('exchange');
  return {
    name: 'RabbitMQ',
    ringing: {
      async open(lost) {
        const connection = await connectRabbitmq(url.href, lost);
        try {
          // A channel that the broker closed takes its connection with it: there is one way back, not two.
          const channel = await connection.model.createConfirmChannel();
          channel.on('error', () => void connection.close().then(lost));
          await channel.assertExchange(exchange, 'fanout', { durable: true });
          return { ...connection, channel };
        } catch (error) {
          await connection.close();
          throw error;
        }
      },
      close: (connection) => connection.close(),
    },
    // Confirmed, so that at most one message is under way and a stalled broker is noticed.
    send: ({ channel }, runs) =>
      new Promise((resolve, reject) => {
        const options = { expiration: KEPT_FOR, persistent: false };
        channel.publish(exchange, '', Buffer.from(runs.join(',')), options, (error) =>
          error === null || error === undefined ? resolve() : reject(error),
        );
      }),
    async subscribe({ heard, connected, lost }) {
      const connection = await connectRabbitmq(url.href, lost);
      try {
        const channel = await connection.model.createChannel();
        channel.on('error', lost);
        await channel.assertExchange(exchange, 'fanout', { durable: true });
        const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
        await channel.bindQueue(queue, exchange, '');
        await channel.consume(
          queue,
          // Null says that the broker ended the subscription.
          (message) => (message === null ? lost() : message.content.toString().split(',').forEach(heard)),
          { noAck: true },
        );
      } catch (error) {
        await connection.close();
        throw error;
      }
      connected();
      return connection;
    },
  };
}
