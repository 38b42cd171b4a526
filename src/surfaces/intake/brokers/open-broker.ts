import type { Clock } from '../../../contract/clock.ts';
import type { IntakeSource } from '../config/source.ts';
import type { IntakeBroker } from '../message.ts';
import { rabbitmqIntake } from './rabbitmq.ts';
import { redisIntake } from './redis.ts';
import { sqsIntake } from './sqs.ts';

const KINDS = { redis: redisIntake, rabbitmq: rabbitmqIntake, sqs: sqsIntake };

/** The broker of a source; nothing is connected yet. */
export function openBroker(source: IntakeSource, clock: Clock): IntakeBroker {
  return KINDS[source.kind](source, clock);
}
