import type { RedisConnection } from '../../../foundation/queue/broker/index.ts';

/** The consumer group: every process that takes messages of a stream is in it. */
export const GROUP = 'bulkhead';
/** Milliseconds after which a consumer that has nothing and did nothing is forgotten. */
const FORGOTTEN_AFTER = 24 * 60 * 60 * 1_000;

/** An entry of a stream; no fields when it was deleted meanwhile. */
export type StreamEntry = { id: string; fields: Map<string, string> };

type RawEntry = [id: string, fields: string[] | null];

/** Makes the stream and its group where they are not there, and forgets consumers that died long ago. */
export async function joinGroup(redis: RedisConnection, stream: string): Promise<void> {
  await redis.command('XGROUP', 'CREATE', stream, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
    if (!error.message.startsWith('BUSYGROUP')) throw error;
  });
  const consumers = await redis.command<(string | number)[][]>('XINFO', 'CONSUMERS', stream, GROUP);
  for (const flat of consumers) {
    const fact = (name: string) => flat[flat.indexOf(name) + 1];
    if (fact('pending') !== 0 || Number(fact('idle')) < FORGOTTEN_AFTER) continue;
    await redis.command('XGROUP', 'DELCONSUMER', stream, GROUP, String(fact('name')));
  }
}

// One step: between a look and the deletion the consumer could be given an entry, which would be lost with it.
const LEAVE = `if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then
  return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
end`;

/** Deletes a consumer that has settled all it was given; one that has not is followed by another process. */
export async function leaveGroup(redis: RedisConnection, stream: string, consumer: string): Promise<void> {
  await redis.command('EVAL', LEAVE, '1', stream, GROUP, consumer);
}

/**
 * Entries for a consumer: with `from` '>' new ones, as soon as there are some or `wait` ms are over; with '0'
 * those that it was given before and has not settled.
 */
export async function readEntries(
  redis: RedisConnection,
  options: { stream: string; consumer: string; from: '>' | '0'; limit: number; wait: number },
): Promise<StreamEntry[]> {
  const { stream, consumer, from, limit, wait } = options;
  const answer = await redis.command<[stream: string, entries: RawEntry[]][] | null>(
    'XREADGROUP',
    ...['GROUP', GROUP, consumer, 'COUNT', String(limit)],
    ...(from === '>' ? ['BLOCK', String(wait)] : []),
    ...['STREAMS', stream, from],
  );
  return (answer?.[0]?.[1] ?? []).map(([id, flat]) => ({ id, fields: fieldsOf(flat ?? []) }));
}

/** Takes over what others were given and did not settle for `idle` ms: they are dead, or as good as. */
export async function takeOver(
  redis: RedisConnection,
  options: { stream: string; consumer: string; idle: number; limit: number },
): Promise<void> {
  const { stream, consumer, idle, limit } = options;
  await redis.command(
    'XAUTOCLAIM',
    ...[stream, GROUP, consumer, String(idle), '0-0', 'COUNT', String(limit), 'JUSTID'],
  );
}

function fieldsOf(flat: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    fields.set(String(flat[index]), String(flat[index + 1]));
  }
  return fields;
}
