import type { BulkheadError } from '../../../contract/errors.ts';
import { parseSqsAddress } from '../../../foundation/queue/broker/index.ts';
import type { SourceInFile } from './schema.ts';
import type { IntakeSource } from './source.ts';

const KINDS: Readonly<Record<string, IntakeSource['kind']>> = {
  'redis:': 'redis',
  'rediss:': 'redis',
  'amqp:': 'rabbitmq',
  'amqps:': 'rabbitmq',
  'sqs:': 'sqs',
};

/** Far longer than a message takes. RabbitMQ notices by itself, and SQS has the queue's visibility timeout. */
const TAKEN_OVER_AFTER = 30_000;

type Environment = Readonly<Record<string, string | undefined>>;
type Refuse = (reason: string) => BulkheadError;

/** A source with its address from the environment, its kind, and what the file left out. */
export function resolveSource(
  { broker: written, ...source }: SourceInFile,
  { environment, tenant }: { environment: Environment; tenant: string },
  refuse: Refuse,
): IntakeSource {
  const broker = written.startsWith('$') ? environment[written.slice(1)] : written;
  if (broker === undefined || broker === '') {
    throw refuse(`the environment variable ${written.slice(1)} is not set, and "broker" names it`);
  }
  const kind = KINDS[URL.parse(broker)?.protocol ?? ''];
  if (kind === undefined) {
    throw refuse('"broker" must be redis://host:6379, amqp://user:password@host:5672 or sqs://?region=…');
  }
  if (kind === 'sqs') checkSqs(broker, environment, refuse);
  return {
    kind,
    broker,
    queue: source.queue,
    // Of a URL the last part is the queue's own name.
    name: source.name ?? source.queue.split('/').at(-1) ?? source.queue,
    tenant: source.tenant ?? tenant,
    deadLetter: source.deadLetter ?? deadLetterOf(kind, source.queue, refuse),
    replyTo: source.replyTo,
    prefetch: source.prefetch,
    takenOverAfter: TAKEN_OVER_AFTER,
  };
}

function checkSqs(broker: string, environment: Environment, refuse: Refuse): void {
  const { queue } = parseSqsAddress(broker, environment);
  if (queue !== undefined) throw refuse('the address of SQS names a queue; write it as "queue" instead');
}

function deadLetterOf(kind: IntakeSource['kind'], queue: string, refuse: Refuse): string {
  if (kind === 'redis') return `${queue}:dead`;
  if (kind === 'rabbitmq') return `${queue}.dead`;
  throw refuse('SQS needs a "deadLetter": the queue for messages that can never become a run');
}
