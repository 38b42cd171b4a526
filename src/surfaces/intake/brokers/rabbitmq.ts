import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import type { Clock } from '../../../contract/clock.ts';
import {
  connectRabbitmq,
  HeldConnection,
  inTime,
  type RabbitmqConnection,
} from '../../../foundation/queue/broker/index.ts';
import type { IntakeSource } from '../config/source.ts';
import type { IntakeBroker, Verdict } from '../message.ts';
import { declareQueues } from './rabbitmq-queues.ts';

const PUBLISHED_WITHIN = 5_000;
const FINISHED_WITHIN = 5_000;
/** RabbitMQ takes 16 MiB by default (`max_message_size`). */
const LARGEST = 16 * 1024 * 1024;

type Publishing = RabbitmqConnection & { channel: ConfirmChannel; returned: Set<string> };

/**
 * A durable queue of RabbitMQ with manual acknowledgement. What can never become a run is published to the dead
 * letters with its reason, confirmed, and only then acknowledged: a rejection alone could not say why.
 */
export function rabbitmqIntake(
  { broker, queue, deadLetter, prefetch }: IntakeSource,
  clock: Clock,
): IntakeBroker {
  const publishing = new HeldConnection<Publishing>(
    {
      async open(lost) {
        const connection = await connectRabbitmq(broker, lost);
        const channel = await connection.model.createConfirmChannel();
        const returned = new Set<string>();
        channel.on('error', () => void connection.close().then(lost));
        channel.on('return', ({ properties }) => void returned.add(String(properties.messageId)));
        return { ...connection, channel, returned };
      },
      close: (connection) => connection.close(),
    },
    clock,
  );

  return {
    largestReply: LARGEST,
    async consume({ handle, ready, signal }) {
      const over = Promise.withResolvers<void>();
      over.promise.catch(() => {});
      const connection = await connectRabbitmq(broker, () => over.reject(new Error('the connection ended')));
      try {
        await declareQueues(connection.model, [queue, deadLetter]);
        const channel = await connection.model.createConfirmChannel();
        channel.on('error', over.reject);
        await channel.prefetch(prefetch);
        const working = new Set<Promise<void>>();
        const { consumerTag } = await channel.consume(queue, (message) => {
          if (message === null) return over.reject(new Error('the queue is gone'));
          const { messageId, headers, replyTo, correlationId } = message.properties;
          const work: Promise<void> = handle({
            id: stringOf(headers?.['bulkhead-message-id'] ?? messageId),
            body: message.content,
            replyTo: stringOf(replyTo),
            correlationId: stringOf(correlationId),
          })
            .then((verdict) => settle(channel, message, verdict, deadLetter))
            .catch(over.reject)
            .finally(() => working.delete(work));
          working.add(work);
        });
        signal.addEventListener('abort', () => over.resolve(), { once: true });
        if (signal.aborted) over.resolve();
        ready();
        await over.promise;
        await inTime(FINISHED_WITHIN, channel.cancel(consumerTag));
        await inTime(FINISHED_WITHIN, Promise.all(working));
      } finally {
        await connection.close();
      }
    },
    async publish({ to, run, body, correlationId }) {
      const { channel, returned } = await publishing.get();
      const options = {
        messageId: run,
        ...(correlationId === undefined ? {} : { correlationId }),
        contentType: 'application/json',
        persistent: true,
        // Else a queue that is not there swallows it.
        mandatory: true,
      };
      await inTime(PUBLISHED_WITHIN, send(channel, to, Buffer.from(body), options)).catch((error) => {
        publishing.drop();
        throw error;
      });
      if (returned.delete(run)) throw new Error(`RabbitMQ has no queue ${to}`);
    },
    close: () => publishing.close(),
  };
}

async function settle(
  channel: ConfirmChannel,
  message: ConsumeMessage,
  verdict: Verdict,
  deadLetter: string,
): Promise<void> {
  if (verdict.kind === 'left') return channel.nack(message, false, true);
  if (verdict.kind === 'refused') {
    const { messageId, contentType, headers, replyTo, correlationId } = message.properties;
    await send(channel, deadLetter, message.content, {
      persistent: true,
      messageId,
      contentType,
      replyTo,
      correlationId,
      headers: { ...headers, 'bulkhead-reason': verdict.reason },
    });
  }
  channel.ack(message);
}

/** Resolves when the broker has it for good. */
function send(
  channel: ConfirmChannel,
  queue: string,
  content: Buffer,
  options: Options.Publish,
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, content, options, (error) =>
      error === null || error === undefined ? resolve() : reject(error),
    );
  });
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
