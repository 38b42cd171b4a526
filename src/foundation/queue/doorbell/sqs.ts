import { openSqs, type SqsConnection } from '../broker/sqs.ts';
import { parseSqsAddress } from '../broker/sqs-address.ts';
import type { BellBroker, Ears } from './broker.ts';

/** Seconds for which SQS holds a request open until there is a message. */
const LONG_POLL = 20;
const AT_ONCE = 10;
const ANSWERED_WITHIN = 5_000;

/**
 * One queue of SQS. SQS has no fan-out: a message wakes the one worker that receives it, and is deleted at once.
 * That suits rings for any worker. A ring that names a run may reach a worker that does not have it; the one
 * that has it finds its message at its next sweep, within a second or so. Give the queue a short retention
 * (60 s): an old ring is worth nothing.
 *
 * @param address `sqs://<queue>?region=…&endpoint=…` or the https URL of the queue
 */
export function sqsBell(address: string): BellBroker<SqsConnection> {
  const { queue = '', ...service } = parseSqsAddress(address);
  return {
    name: 'SQS',
    ringing: {
      open: () => openSqs(service),
      close: async (connection) => connection.close(),
    },
    async send({ client, commands, urlOf }, runs) {
      await client.send(
        new commands.SendMessageCommand({
          QueueUrl: await urlOf(queue),
          // SQS takes no message without a character.
          MessageBody: `ring ${runs.join(',')}`,
        }),
        { abortSignal: AbortSignal.timeout(ANSWERED_WITHIN) },
      );
    },
    async subscribe(ears, signal) {
      const connection = await openSqs(service);
      const { client, commands, urlOf } = connection;
      let url: string;
      try {
        url = await urlOf(queue);
        const command = new commands.GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['QueueArn'],
        });
        await client.send(command, { abortSignal: AbortSignal.timeout(ANSWERED_WITHIN) });
      } catch (error) {
        connection.close();
        throw error;
      }
      ears.connected();
      const polling = poll(connection, url, ears, signal);
      return {
        async close() {
          await polling;
          connection.close();
        },
      };
    },
  };
}

async function poll(
  { client, commands }: SqsConnection,
  url: string,
  { heard, lost }: Ears,
  signal: AbortSignal,
): Promise<void> {
  const receive = new commands.ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: AT_ONCE,
    WaitTimeSeconds: LONG_POLL,
  });
  try {
    while (!signal.aborted) {
      const { Messages: messages = [] } = await client.send(receive, { abortSignal: signal });
      for (const { Body: body = '' } of messages)
        body
          .replace(/^ring /, '')
          .split(',')
          .forEach(heard);
      if (messages.length === 0) continue;
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new commands.DeleteMessageBatchCommand({ QueueUrl: url, Entries }), {
        abortSignal: AbortSignal.timeout(ANSWERED_WITHIN),
      });
    }
  } catch (error) {
    lost(error);
  }
}
