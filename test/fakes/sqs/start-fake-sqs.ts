import type { ServerResponse } from 'node:http';
import { sendJson, serve } from '../http/serve.ts';
import { type Attributes, FakeQueue, md5 } from './fake-queue.ts';

export type FakeSqs = {
  url: string;
  /** What clients need: credentials that the server takes. */
  environment: Record<string, string>;
  /** @param visibilityTimeout milliseconds. Default 30 s, as of SQS */
  createQueue(name: string, visibilityTimeout?: number): FakeQueue;
  /** How often each action was asked for. */
  calls: Map<string, number>;
  /** Fails the next calls of an action with an error of the server. */
  fail(action: string, times?: number): void;
  stop(): Promise<void>;
};

type Request = {
  QueueName: string;
  QueueUrl: string;
  MessageBody: string;
  MessageAttributes?: Attributes;
  MaxNumberOfMessages?: number;
  WaitTimeSeconds?: number;
  VisibilityTimeout?: number;
  ReceiptHandle: string;
  Entries: { Id: string; ReceiptHandle: string }[];
};
type Action = (queue: FakeQueue, request: Request, signal: AbortSignal) => unknown | Promise<unknown>;

class SqsError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

const ACTIONS: Record<string, Action> = {
  SendMessage(queue, { MessageBody: body, MessageAttributes: attributes }) {
    if (body.length === 0) throw new SqsError('InvalidParameterValueException', 'The message is empty.');
    return { MessageId: queue.send(body, attributes).id, MD5OfMessageBody: md5(body) };
  },
  async ReceiveMessage(queue, request, signal) {
    const hidden =
      request.VisibilityTimeout === undefined ? queue.visibilityTimeout : request.VisibilityTimeout * 1_000;
    const wait = (request.WaitTimeSeconds ?? 0) * 1_000;
    const messages = await queue.receive(request.MaxNumberOfMessages ?? 1, wait, hidden, signal);
    if (messages.length === 0) return {};
    return {
      Messages: messages.map(({ id, body, attributes, receipt, received }) => ({
        MessageId: id,
        ReceiptHandle: receipt,
        Body: body,
        MD5OfBody: md5(body),
        MessageAttributes: attributes,
        Attributes: { ApproximateReceiveCount: String(received) },
      })),
    };
  },
  DeleteMessage(queue, { ReceiptHandle: receipt }) {
    queue.delete(receipt);
    return {};
  },
  DeleteMessageBatch(queue, { Entries: entries }) {
    for (const { ReceiptHandle: receipt } of entries) queue.delete(receipt);
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  },
  ChangeMessageVisibility(queue, { ReceiptHandle: receipt, VisibilityTimeout: hidden = 0 }) {
    if (queue.changeVisibility(receipt, hidden * 1_000)) return {};
    throw new SqsError('MessageNotInflight', 'Nobody holds this message.');
  },
  GetQueueAttributes: () => ({ Attributes: { QueueArn: 'arn:aws:sqs:test' } }),
};

/**
 * Starts a server that speaks the JSON protocol of Amazon SQS (AWS JSON 1.0, signed requests): queues with long
 * polling, visibility timeouts and receipts.
 *
 * @example
 * const sqs = await startFakeSqs();
 * sqs.createQueue('orders').send('{"agent":"support"}');
 */
export async function startFakeSqs(): Promise<FakeSqs> {
  const queues = new Map<string, FakeQueue>();
  const calls = new Map<string, number>();
  const failing = new Map<string, number>();

  const queueOf = (name: string): FakeQueue => {
    const queue = queues.get(name);
    if (queue !== undefined) return queue;
    throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };
  const perform = (action: string, request: Request, signal: AbortSignal) => {
    if (action === 'GetQueueUrl') {
      queueOf(request.QueueName);
      return { QueueUrl: `${server.url}/000000000000/${request.QueueName}` };
    }
    const act = ACTIONS[action];
    if (act === undefined) throw new SqsError('UnknownOperationException', `There is no ${action}.`);
    return act(queueOf(request.QueueUrl.split('/').at(-1) ?? ''), request, signal);
  };

  const server = await serve(async ({ headers, body }, response) => {
    const action = /^AmazonSQS\.(\w+)$/.exec(headers['x-amz-target'] ?? '')?.[1] ?? '';
    calls.set(action, (calls.get(action) ?? 0) + 1);
    if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=test/')) {
      return answerError(response, 403, 'InvalidClientTokenId', 'The security token is invalid.');
    }
    const faults = failing.get(action) ?? 0;
    if (faults > 0) {
      failing.set(action, faults - 1);
      return answerError(response, 500, 'InternalFailure', 'Something failed.');
    }
    // A client that went away must not be handed a message.
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const answer = await perform(action, body as Request, gone.signal);
      sendJson(response, 200, answer, { 'content-type': 'application/x-amz-json-1.0' });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      answerError(response, 400, error.type, error.message);
    }
  });

  return {
    url: server.url,
    environment: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' },
    createQueue(name, visibilityTimeout = 30_000) {
      const queue = new FakeQueue(visibilityTimeout);
      queues.set(name, queue);
      return queue;
    },
    calls,
    fail: (action, times = 1) => void failing.set(action, times),
    stop: server.stop,
  };
}

function answerError(response: ServerResponse, status: number, type: string, message: string): void {
  sendJson(
    response,
    status,
    { __type: `com.amazonaws.sqs#${type}`, message },
    { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${type};Sender` },
  );
}
