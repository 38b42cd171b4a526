/** A queue that runs come from, as the operator configured it. */
export type IntakeSource = {
  /** Names it in logs and beside its messages. Default: the queue. */
  name: string;
  kind: 'redis' | 'rabbitmq' | 'sqs';
  /** The broker's address. It may hold a password, so it is never shown. */
  broker: string;
  /** A stream of Redis, a queue of RabbitMQ, a queue's name or URL of SQS. */
  queue: string;
  /** Whose runs they become. */
  tenant: string;
  /** Where messages go that can never become a run. */
  deadLetter: string;
  /** Where results may be sent; a message that names anything else is refused. */
  replyTo: readonly string[];
  /** Messages under way at once. */
  prefetch: number;
  /** Milliseconds after which Redis gives a message to another process when the one that has it is silent. */
  takenOverAfter: number;
};
