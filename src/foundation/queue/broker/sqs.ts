import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SqsAddress } from './sqs-address.ts';

const CONNECTED_WITHIN = 5_000;
/** Longer than the longest poll, which is 20 s. */
const ANSWERED_WITHIN = 30_000;

/** A client of SQS, and the commands that it is sent: the library is loaded only when SQS was chosen. */
export type SqsConnection = {
  client: SQSClient;
  commands: typeof import('@aws-sdk/client-sqs');
  /** The URL of a queue that is named by its name or by its URL. */
  urlOf(queue: string): Promise<string>;
  close(): void;
};

/**
 * A client of SQS; nothing is sent yet.
 *
 * @example
 * const { client, commands, urlOf } = await openSqs({ region: 'eu-west-1' });
 * await client.send(new commands.SendMessageCommand({ QueueUrl: await urlOf('bells'), MessageBody: 'ring' }));
 */
export async function openSqs({ region, endpoint }: Omit<SqsAddress, 'queue'>): Promise<SqsConnection> {
  const commands = await import('@aws-sdk/client-sqs');
  const client = new commands.SQSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // Who calls tries again in its own time, and knows when not to.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTED_WITHIN, requestTimeout: ANSWERED_WITHIN },
  });
  const urls = new Map<string, string>();
  return {
    client,
    commands,
    async urlOf(queue) {
      if (/^https?:\/\//.test(queue)) return queue;
      const known = urls.get(queue);
      if (known !== undefined) return known;
      const { QueueUrl } = await client.send(new commands.GetQueueUrlCommand({ QueueName: queue }), {
        abortSignal: AbortSignal.timeout(ANSWERED_WITHIN),
      });
      if (QueueUrl === undefined) throw new Error(`SQS names no URL for the queue ${queue}`);
      urls.set(queue, QueueUrl);
      return QueueUrl;
    },
    close: () => client.destroy(),
  };
}
