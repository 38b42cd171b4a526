import { vi } from 'vitest';
import { startFakeSqs } from '../../../../test/fakes/sqs/index.ts';
import { describeIntake } from '../testing/intake-conformance.ts';

const text = (value: string) => ({ DataType: 'String', StringValue: value });

describeIntake('intake from SQS', {
  async open() {
    const sqs = await startFakeSqs();
    for (const [name, value] of Object.entries(sqs.environment)) vi.stubEnv(name, value);
    const queue = sqs.createQueue('orders', 1_000);
    queue.reversed = true;
    const dead = sqs.createQueue('orders-dead');
    const results = sqs.createQueue('results');
    return {
      address: sqs.url,
      source: {
        kind: 'sqs',
        queue: 'orders',
        deadLetter: 'orders-dead',
        takenOverAfter: 500,
        replyTo: ['results'],
      },
      broker: (through) => `sqs://?endpoint=${encodeURIComponent(through(sqs.url))}`,
      async send({ id, body, replyTo }) {
        queue.send(body, {
          ...(id === undefined ? {} : { 'bulkhead-message-id': text(id) }),
          ...(replyTo === undefined ? {} : { 'bulkhead-reply-to': text(replyTo) }),
        });
      },
      remaining: async () => queue.messages.length,
      dead: async () =>
        dead.messages.splice(0).map(({ body, attributes }) => ({
          body,
          reason: attributes['bulkhead-reason']?.StringValue ?? '',
        })),
      results: async () =>
        results.messages.splice(0).map(({ body, attributes }) => ({
          id: attributes['bulkhead-message-id']?.StringValue ?? '',
          body: JSON.parse(body),
        })),
      stop: () => sqs.stop(),
    };
  },
});
