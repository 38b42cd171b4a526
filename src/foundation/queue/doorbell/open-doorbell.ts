import type { Clock } from '../../../contract/clock.ts';
import type { Doorbell } from '../../../contract/doorbell.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { BrokerLog } from '../broker/log.ts';
import { createDoorbell } from './create-doorbell.ts';
import { postgresBell } from './postgres.ts';
import { rabbitmqBell } from './rabbitmq.ts';
import { redisBell } from './redis.ts';
import { sqsBell } from './sqs.ts';

export type OpenDoorbellOptions = {
  /** Of the database. */
  url: string;
  log: BrokerLog;
  clock?: Clock;
};

/**
 * The doorbell that an address chooses; `BULKHEAD_DOORBELL` holds it. Nothing is connected yet, and the
 * client library of a broker is loaded only when it is first needed.
 *
 * - nothing, or an empty text: PostgreSQL, the database itself
 * - `redis://`, `rediss://`: pub/sub of Redis; `?channel=` where installations share a server
 * - `amqp://`, `amqps://`: a fanout exchange of RabbitMQ; `?exchange=` where installations share a virtual host
 * - `sqs://<queue>?region=…&endpoint=…`, or the https URL of a queue: SQS; credentials from the AWS environment
 *
 * @example
 * const doorbell = openDoorbell(process.env.BULKHEAD_DOORBELL, { url, log });
 * const { stop } = await doorbell.listen({ onRing: () => claim(), onConnected: () => claim() });
 * @throws BulkheadError `unknown_doorbell`, `invalid_broker_address`
 */
export function openDoorbell(address: string | undefined, options: OpenDoorbellOptions): Doorbell {
  if (address === undefined || address === '') return createDoorbell(postgresBell(options.url), options);
  switch (URL.parse(address)?.protocol) {
    case 'redis:':
    case 'rediss:':
      return createDoorbell(redisBell(address), options);
    case 'amqp:':
    case 'amqps:':
      return createDoorbell(rabbitmqBell(address), options);
    case 'sqs:':
    case 'https:':
    case 'http:':
      return createDoorbell(sqsBell(withQueue(address)), options);
    default:
      throw unknown('it is none of these');
  }
}

function withQueue(address: string): string {
  const { host, pathname, protocol } = new URL(address);
  if (protocol === 'sqs:') {
    if (host === '') throw unknown('it names no queue');
  } else if (pathname === '/') {
    throw unknown(`it begins with ${protocol}//, and is not the whole URL of an SQS queue`);
  }
  return address;
}

function unknown(reason: string): BulkheadError {
  return new BulkheadError({
    code: 'unknown_doorbell',
    message: `BULKHEAD_DOORBELL cannot be used: ${reason}. Leave it out for PostgreSQL, or give redis://host:6379, amqp://user:password@host:5672, sqs://<queue>?region=eu-west-1 or the https URL of an SQS queue.`,
  });
}
