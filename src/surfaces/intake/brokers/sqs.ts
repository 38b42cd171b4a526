import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Clock } from '../../../contract/clock.ts';
import {
  HeldConnection,
  openSqs,
  parseSqsAddress,
  type SqsConnection,
} from '../../../foundation/queue/broker/index.ts';
import type { IntakeSource } from '../config/source.ts';
import type { IntakeBroker, Verdict } from '../message.ts';

const ANSWERED_WITHIN = 5_000;
/** Seconds for which SQS holds a request open until there is a message. */
const LONG_POLL = 20;
/** SQS hands out ten at most. */
const MOST_AT_ONCE = 10;
/** A message of SQS has 1 MiB with its attributes. */
const LARGEST = 1_000_000;
/** Seconds. Whoever left it has already paused. */
const AGAIN_AFTER = 0;
/** SQS takes 256 kB of attributes; a reason is a sentence or two. */
const LONGEST_REASON = 1_000;

/**
 * A queue of SQS. A message stays until its run is durable; its visibility timeout (30 s is right) hands it to
 * another process when this one died. Attributes: `bulkhead-message-id`, else the MessageId counts, and
 * `bulkhead-reply-to`.
 */
export function sqsIntake({ broker, queue, deadLetter, prefetch }: IntakeSource, clock: Clock): IntakeBroker {
  const address = parseSqsAddress(broker);
  const connection = new HeldConnection<SqsConnection>(
    { open: () => openSqs(address), close: async (held) => held.close() },
    clock,
  );
  const within = () => ({ abortSignal: AbortSignal.timeout(ANSWERED_WITHIN) });

  const send = async (to: string, body: string, attributes: Attributes, group: string): Promise<void> => {
    const { client, commands, urlOf } = await connection.get();
    // A FIFO queue orders within a group, and drops a second message of the same id.
    const ordered = to.endsWith('.fifo') ? { MessageGroupId: group, MessageDeduplicationId: group } : {};
    const command = new commands.SendMessageCommand({
      QueueUrl: await urlOf(to),
      MessageBody: body,
      MessageAttributes: attributes,
      ...ordered,
    });
    await client.send(command, within());
  };
  const settle = async (url: string, message: Message, verdict: Verdict): Promise<void> => {
    const { client, commands } = await connection.get();
    const handle = { QueueUrl: url, ReceiptHandle: message.ReceiptHandle };
    if (verdict.kind === 'left') {
      const again = new commands.ChangeMessageVisibilityCommand({
        ...handle,
        VisibilityTimeout: AGAIN_AFTER,
      });
      await client.send(again, within());
      return;
    }
    if (verdict.kind === 'refused') {
      const reason = text(verdict.reason.slice(0, LONGEST_REASON));
      const attributes = { ...message.MessageAttributes, 'bulkhead-reason': reason };
      await send(deadLetter, message.Body ?? '', attributes, message.MessageId ?? '');
    }
    await client.send(new commands.DeleteMessageCommand(handle), within());
  };

  return {
    largestReply: LARGEST,
    async consume({ handle, ready, signal }) {
      const { client, commands, urlOf } = await connection.get();
      const url = await urlOf(queue);
      await urlOf(deadLetter);
      ready();
      const work = async (message: Message) => {
        const attributes = message.MessageAttributes;
        const verdict = await handle({
          id: attributes?.['bulkhead-message-id']?.StringValue ?? message.MessageId,
          body: Buffer.from(message.Body ?? ''),
          replyTo: attributes?.['bulkhead-reply-to']?.StringValue,
        });
        await settle(url, message, verdict);
      };
      const receive = new commands.ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(prefetch, MOST_AT_ONCE),
        WaitTimeSeconds: LONG_POLL,
        MessageAttributeNames: ['All'],
      });
      const failed = new AbortController();
      const over = AbortSignal.any([signal, failed.signal]);
      const poll = async () => {
        while (!over.aborted) {
          const { Messages: messages = [] } = await client.send(receive, { abortSignal: over });
          await Promise.all(messages.map(work));
        }
      };
      // The first failure ends the other polls; the one that counts is its reason.
      const polls = Array.from({ length: Math.ceil(prefetch / MOST_AT_ONCE) }, () =>
        poll().catch((error: unknown) => failed.abort(error)),
      );
      await Promise.all(polls);
      if (!signal.aborted) throw failed.signal.reason;
    },
    publish: ({ to, run, body }) => send(to, body, { 'bulkhead-message-id': text(run) }, run),
    close: () => connection.close(),
  };
}

type Attributes = Record<string, MessageAttributeValue>;

function text(value: string): MessageAttributeValue {
  return { DataType: 'String', StringValue: value };
}
