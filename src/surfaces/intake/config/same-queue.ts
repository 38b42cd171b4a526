import { parseSqsAddress } from '../../../foundation/queue/broker/index.ts';
import type { IntakeSource } from './source.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Place = Pick<IntakeSource, 'kind' | 'broker'> & { queue: string };

const PORTS: Readonly<Record<string, string>> = {
  'redis:': '6379',
  'rediss:': '6379',
  'amqp:': '5672',
  'amqps:': '5671',
};
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '']);

/** Whether two queues are one, however their broker and they themselves are written. */
export function isSameQueue(one: Place, other: Place, environment: Environment): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind !== 'sqs') return one.queue === other.queue && serverOf(one) === serverOf(other);
  // A URL names its account, region and server by itself.
  if (isUrl(one.queue) && isUrl(other.queue)) return one.queue === other.queue;
  return nameOf(one.queue) === nameOf(other.queue) && regionOf(one) === regionOf(other);

  function regionOf({ broker }: Place): string {
    const { region, endpoint = '' } = parseSqsAddress(broker, environment);
    return `${region} ${endpoint}`;
  }
}

/** Without the credentials: another user finds the same queues. */
function serverOf({ kind, broker }: Place): string {
  const { protocol, hostname, port, pathname } = new URL(broker);
  const host = LOOPBACK.has(hostname) ? 'localhost' : hostname;
  // The database of Redis, the virtual host of RabbitMQ.
  const part = pathname.slice(1).replaceAll(/%2f/gi, '/') || (kind === 'redis' ? '0' : '/');
  return `${host}:${port || PORTS[protocol]} ${part}`;
}

function isUrl(queue: string): boolean {
  return queue.includes('://');
}

function nameOf(queue: string): string {
  return queue.split('/').at(-1) ?? queue;
}
