import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeSqs, startFakeSqs } from './index.ts';

let sqs: FakeSqs;
let client: SQSClient;
beforeAll(async () => {
  sqs = await startFakeSqs();
  client = clientOf('test');
});
afterAll(async () => {
  client.destroy();
  await sqs.stop();
});

const clientOf = (accessKeyId: string) =>
  new SQSClient({
    endpoint: sqs.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'test' },
    maxAttempts: 1,
  });

async function open(name: string, visibilityTimeout?: number) {
  sqs.createQueue(name, visibilityTimeout);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  const receive = async (wait = 0) => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: wait,
      MessageAttributeNames: ['All'],
    });
    return (await client.send(command)).Messages?.[0];
  };
  const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  return { QueueUrl, receive, send };
}

describe('a server that speaks the protocol of SQS, to its own client library', () => {
  it('hands out a message once while it is hidden, until it is deleted', async () => {
    const { QueueUrl, send, receive } = await open('once');
    const { MessageId } = await send('hello');
    const message = await receive();
    expect(message).toMatchObject({ MessageId, Body: 'hello' });
    expect(await receive()).toBeUndefined();
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    expect(await receive()).toBeUndefined();
  });

  it('hands a message out again when its time is over, or when it is given back', async () => {
    const { QueueUrl, send, receive } = await open('again', 100);
    await send('hello');
    await receive();
    const second = await receive(5);
    expect(second).toMatchObject({ Body: 'hello', Attributes: { ApproximateReceiveCount: '2' } });
    const back = { QueueUrl, ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 };
    await client.send(new ChangeMessageVisibilityCommand(back));
    expect(await receive()).toMatchObject({ Body: 'hello' });
  });

  it('holds a request open until there is a message', async () => {
    const { send, receive } = await open('long');
    const waiting = receive(10);
    await send('at last');
    expect(await waiting).toMatchObject({ Body: 'at last' });
  });

  it('gives nothing to a client that went away', async () => {
    const { QueueUrl, send, receive } = await open('gone');
    const leaving = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 });
    const waiting = client.send(command, { abortSignal: leaving.signal });
    await expect.poll(() => sqs.calls.get('ReceiveMessage')).toBeGreaterThan(0);
    leaving.abort();
    await expect(waiting).rejects.toThrow();
    await send('hello');
    expect(await receive(5)).toMatchObject({ Body: 'hello' });
  });

  it('refuses queues that are not there, strangers, and whatever a test tells it to', async () => {
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    const stranger = clientOf('stranger');
    await expect(stranger.send(new GetQueueUrlCommand({ QueueName: 'once' }))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    stranger.destroy();
    sqs.fail('GetQueueUrl');
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'once' }))).rejects.toMatchObject({
      name: 'InternalFailure',
    });
  });
});
