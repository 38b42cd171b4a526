import { randomUUID } from 'node:crypto';
import type { GetMessage } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { connectRabbitmq } from '../../../foundation/queue/broker/index.ts';
import type { IntakeMessage } from '../message.ts';
import { describeIntake } from '../testing/intake-conformance.ts';
import { rabbitmqIntake } from './rabbitmq.ts';

const { TEST_RABBITMQ_URL: url = '' } = process.env;

describeIntake('intake from RabbitMQ', {
  skip: url === '' && 'TEST_RABBITMQ_URL names no server',
  async open(id) {
    const connection = await connectRabbitmq(url, () => {});
    const channel = await connection.model.createConfirmChannel();
    const [queue, deadLetter, results] = [`test.${id}`, `test.${id}.dead`, `test.${id}.results`] as const;
    // One that its operator made with other properties, and one that intake makes itself.
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-max-length': 1_000 } });
    await channel.assertQueue(results, { durable: true });
    const take = async (from: string) => {
      await channel.assertQueue(from, { durable: true });
      const taken: GetMessage[] = [];
      for (;;) {
        const message = await channel.get(from, { noAck: true });
        if (message === false) return taken;
        taken.push(message);
      }
    };
    return {
      address: url,
      source: { kind: 'rabbitmq', queue, deadLetter, takenOverAfter: 500, replyTo: [results] },
      broker: (through) => through(url),
      async send({ id: messageId, body, replyTo }) {
        // A property of AMQP has 255 bytes at most; a header has more.
        const headers = messageId === undefined ? {} : { 'bulkhead-message-id': messageId };
        channel.sendToQueue(queue, Buffer.from(body), {
          headers,
          ...(replyTo === undefined ? {} : { replyTo }),
        });
        await channel.waitForConfirms();
      },
      remaining: async () => (await channel.checkQueue(queue)).messageCount,
      dead: async () =>
        (await take(deadLetter)).map(({ content, properties }) => ({
          body: content.toString(),
          reason: String(properties.headers?.['bulkhead-reason']),
        })),
      results: async () =>
        (await take(results)).map(({ content, properties }) => ({
          id: String(properties.messageId),
          body: JSON.parse(content.toString()),
        })),
      async stop() {
        for (const name of [queue, deadLetter, results]) await channel.deleteQueue(name);
        await connection.close();
      },
    };
  },
});

describe.skipIf(url === '')('a message of RabbitMQ that asks for a reply', () => {
  it('keeps its replyTo and correlationId as a dead letter, and gives the reply its correlationId', async () => {
    const connection = await connectRabbitmq(url, () => {});
    const channel = await connection.model.createConfirmChannel();
    const queue = `test.${randomUUID()}`;
    const [deadLetter, results] = [`${queue}.dead`, `${queue}.results`] as const;
    for (const name of [queue, results]) await channel.assertQueue(name, { durable: true });
    const asked = { messageId: 'm-1', replyTo: results, correlationId: 'call-7' };
    channel.sendToQueue(queue, Buffer.from('{}'), asked);
    await channel.waitForConfirms();
    const intake = rabbitmqIntake(
      {
        kind: 'rabbitmq',
        name: queue,
        broker: url,
        queue,
        tenant: 'acme',
        deadLetter,
        replyTo: [results],
        prefetch: 4,
        takenOverAfter: 30_000,
      },
      systemClock,
    );
    const stopping = new AbortController();
    const seen: IntakeMessage[] = [];
    await intake.consume({
      ready: () => {},
      signal: stopping.signal,
      handle: async (message) => {
        seen.push(message);
        stopping.abort();
        return { kind: 'refused', reason: 'Because.' };
      },
    });
    expect(seen).toMatchObject([{ id: 'm-1', replyTo: results, correlationId: 'call-7' }]);
    expect(await channel.get(deadLetter, { noAck: true })).toMatchObject({ properties: asked });

    await intake.publish({ to: results, run: 'run-1', body: '{}', correlationId: 'call-7' });
    const reply = { messageId: 'run-1', correlationId: 'call-7' };
    expect(await channel.get(results, { noAck: true })).toMatchObject({ properties: reply });
    await intake.close();
    for (const name of [queue, deadLetter, results]) await channel.deleteQueue(name);
    await connection.close();
  });
});
