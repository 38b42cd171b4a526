import { describe, expect, it } from 'vitest';
import { openDoorbell } from './index.ts';

const options = { url: 'postgres://127.0.0.1:1/none', log: () => {} };

describe('the address of a doorbell', () => {
  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['Redis', 'redis://127.0.0.1:6379/2?channel=staging'],
    ['Redis over TLS', 'rediss://user:secret@cache.example.com:6380'],
    ['RabbitMQ', 'amqp://guest:guest@127.0.0.1:5672/%2F'],
    ['RabbitMQ over TLS', 'amqps://mq.example.com'],
    ['a queue of SQS by name', 'sqs://Bells?region=eu-west-1'],
    ['a queue of SQS by URL', 'https://sqs.eu-west-1.amazonaws.com/123456789012/bells'],
  ])('may be %s, and nothing is connected before it is used', async (_, address) => {
    await openDoorbell(address, options).close();
  });

  it.each([
    'kafka://127.0.0.1',
    'redis',
    'nonsense',
    'https://sqs.eu-west-1.amazonaws.com',
    'sqs://?region=x',
  ])('is refused with the ones that are known: %s', (address) => {
    expect(() => openDoorbell(address, options)).toThrow(
      expect.objectContaining({
        code: 'unknown_doorbell',
        message: expect.stringContaining('redis://'),
      }),
    );
  });
});

describe('an address of the web that names no queue', () => {
  it.each(['http://x', 'https://sqs.eu-west-1.amazonaws.com/'])(
    'is told that its scheme stands for SQS: %s',
    (address) => {
      expect(() => openDoorbell(address, options)).toThrow(
        /begins with https?:\/\/, and is not the whole URL of an SQS queue\. .*redis:\/\//,
      );
    },
  );
});

describe('a broker that is away', () => {
  it('is told once, without its password, and not with each ring', async () => {
    const lines: string[] = [];
    const doorbell = openDoorbell('redis://user:secret@127.0.0.1:1', {
      ...options,
      log: (level, message, facts) => void lines.push(`${level} ${message} ${JSON.stringify(facts)}`),
    });
    for (let time = 0; time < 20; time += 1) {
      doorbell.ring();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await doorbell.close();
    expect(lines).toEqual([expect.stringMatching(/^warn Ringing over Redis does not work.*ECONNREFUSED/)]);
    expect(lines[0]).not.toContain('secret');
  });
});
