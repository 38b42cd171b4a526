export { HeldConnection } from './held-connection.ts';
export { inTime } from './in-time.ts';
export type { BrokerLog } from './log.ts';
export { Pauses } from './pauses.ts';
export { connectRabbitmq, type RabbitmqConnection } from './rabbitmq.ts';
export { reasonOf } from './reason.ts';
export { connectRedis, type RedisConnection } from './redis.ts';
export { openSqs, type SqsConnection } from './sqs.ts';
export { parseSqsAddress, type SqsAddress } from './sqs-address.ts';
