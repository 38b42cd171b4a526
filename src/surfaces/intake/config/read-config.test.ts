import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIntakeConfig } from './read-config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-intake-'));
});
afterAll(() => rm(folder, { recursive: true }));

const environment = { RABBITMQ_URL: 'amqp://user:secret@mq.example.com', AWS_REGION: 'eu-west-1' };

async function read(content: unknown) {
  const file = join(folder, 'intake.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readIntakeConfig(file, { environment, tenant: 'default' });
}
const one = (source: object) => read({ sources: [source] });

describe('the file of an intake', () => {
  it('is not needed where nothing names one', async () => {
    expect(await readIntakeConfig(undefined, { environment, tenant: 'default' })).toEqual([]);
    expect(await readIntakeConfig('', { environment, tenant: 'default' })).toEqual([]);
  });

  it('needs a broker and a queue of each source, and fills in the rest', async () => {
    expect(await one({ broker: 'redis://127.0.0.1', queue: 'runs' })).toEqual([
      {
        kind: 'redis',
        broker: 'redis://127.0.0.1',
        queue: 'runs',
        name: 'runs',
        tenant: 'default',
        deadLetter: 'runs:dead',
        replyTo: [],
        prefetch: 32,
        takenOverAfter: 30_000,
      },
    ]);
  });

  it('may leave the address, with its password, to the environment', async () => {
    const [source] = await one({ broker: '$RABBITMQ_URL', queue: 'runs', replyTo: ['done'], tenant: 'acme' });
    expect(source).toMatchObject({
      kind: 'rabbitmq',
      broker: 'amqp://user:secret@mq.example.com',
      deadLetter: 'runs.dead',
      replyTo: ['done'],
      tenant: 'acme',
    });
  });

  it('names a source of SQS by the end of its URL', async () => {
    const queue = 'https://sqs.eu-west-1.amazonaws.com/123456789012/runs';
    const [source] = await one({ broker: 'sqs:', queue, deadLetter: 'runs-dead' });
    expect(source).toMatchObject({ kind: 'sqs', queue, name: 'runs', deadLetter: 'runs-dead' });
  });

  it.each<[string, unknown]>([
    ['it is not valid JSON', '{'],
    ['sources: ', {}],
    ['sources: ', { sources: [] }],
    ['sources.0.queue: ', { sources: [{ broker: 'redis://x' }] }],
    ['Unrecognized key: "quue"', { sources: [{ broker: 'redis://x', queue: 'q', quue: 'q' }] }],
    ['sources.0.prefetch: ', { sources: [{ broker: 'redis://x', queue: 'q', prefetch: 0 }] }],
    [
      'sources.0: the environment variable NOWHERE is not set',
      { sources: [{ broker: '$NOWHERE', queue: 'q' }] },
    ],
    ['sources.0: "broker" must be redis://', { sources: [{ broker: 'kafka://x', queue: 'q' }] }],
    ['sources.0: SQS needs a "deadLetter"', { sources: [{ broker: 'sqs:', queue: 'q' }] }],
    ['the address of SQS names a queue', { sources: [{ broker: 'sqs://q', queue: 'q', deadLetter: 'd' }] }],
    [
      'two sources have the same name',
      {
        sources: [
          { broker: 'redis://x', queue: 'q' },
          { broker: 'amqp://x', queue: 'q' },
        ],
      },
    ],
  ])('is refused because %s', async (reason, content) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'invalid_intake',
      message: expect.stringContaining(reason),
    });
  });

  it.each<[string, object[]]>([
    ['0: "deadLetter" is its own "queue" ("q")', [{ broker: 'redis://x', queue: 'q', deadLetter: 'q' }]],
    [
      '0: "deadLetter" is the "queue" of sources.1 ("b")',
      [
        { broker: 'amqp://ann:pass@x', queue: 'a', deadLetter: 'b' },
        { broker: 'amqp://bob:pass@x:5672/%2f', queue: 'b' },
      ],
    ],
    [
      '1: "deadLetter" is the "queue" of sources.0 ("a")',
      [
        { broker: 'redis://localhost', queue: 'a' },
        { broker: 'redis://127.0.0.1:6379/0', queue: 'b', deadLetter: 'a' },
      ],
    ],
    [
      '0: "deadLetter" is its own "queue" ("runs")',
      [
        {
          broker: 'sqs:',
          queue: 'https://sqs.eu-west-1.amazonaws.com/123456789012/runs',
          deadLetter: 'runs',
        },
      ],
    ],
  ])('is refused where dead letters would come back for ever: sources.%s', async (reason, sources) => {
    await expect(read({ sources })).rejects.toMatchObject({
      code: 'invalid_intake',
      message: expect.stringContaining(`sources.${reason}`),
    });
  });

  it.each<[string, object, object]>([
    ['broker', { broker: 'redis://x' }, { broker: 'redis://y' }],
    ['kind of broker', { broker: 'redis://x' }, { broker: 'amqp://x' }],
    ['database of Redis', { broker: 'redis://x/1' }, { broker: 'redis://x/2' }],
    ['virtual host of RabbitMQ', { broker: 'amqp://x/one' }, { broker: 'amqp://x/two' }],
    ['region of SQS', { broker: 'sqs:' }, { broker: 'sqs://?region=us-east-1' }],
  ])('may send dead letters to a queue of the same name in another %s', async (_, one, other) => {
    const sources = [
      { ...one, queue: 'a', deadLetter: 'b' },
      { ...other, queue: 'b', deadLetter: 'c' },
    ];
    expect(await read({ sources })).toHaveLength(2);
  });

  it('is refused when it is not there', async () => {
    await expect(
      readIntakeConfig('/nowhere/intake.json', { environment, tenant: 'default' }),
    ).rejects.toMatchObject({
      code: 'invalid_intake',
      message: expect.stringContaining('there is no such file'),
    });
  });
});
