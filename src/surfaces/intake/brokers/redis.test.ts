import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { connectRedis } from '../../../foundation/queue/broker/index.ts';
import type { Verdict } from '../message.ts';
import { describeIntake } from '../testing/intake-conformance.ts';
import { redisIntake } from './redis.ts';

const { TEST_REDIS_URL: url = '' } = process.env;

describeIntake('intake from Redis', {
  skip: url === '' && 'TEST_REDIS_URL names no server',
  async open(id) {
    const redis = await connectRedis(url, () => {});
    const [queue, deadLetter, results] = [`test:${id}`, `test:${id}:dead`, `test:${id}:results`] as const;
    const entries = async (stream: string) => {
      const raw = await redis.command<[string, string[]][]>('XRANGE', stream, '-', '+');
      // Only what was read: another entry may have come meanwhile.
      if (raw.length > 0) await redis.command('XDEL', stream, ...raw.map(([id]) => id));
      return raw.map(([, flat]) =>
        Object.fromEntries(flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? '']] : []))),
      );
    };
    return {
      address: url,
      source: { kind: 'redis', queue, deadLetter, takenOverAfter: 500, replyTo: [results] },
      broker: (through) => through(url),
      async send({ id: messageId, body, replyTo }) {
        const more = [
          ...(messageId === undefined ? [] : ['messageId', messageId]),
          ...(replyTo === undefined ? [] : ['replyTo', replyTo]),
        ];
        await redis.command('XADD', queue, '*', 'body', body, ...more);
      },
      remaining: () => redis.command<number>('XLEN', queue),
      dead: async () =>
        (await entries(deadLetter)).map(({ body, reason }) => ({ body: body ?? '', reason: reason ?? '' })),
      results: async () =>
        (await entries(results)).map(({ messageId, body }) => ({
          id: messageId ?? '',
          body: JSON.parse(body ?? ''),
        })),
      async stop() {
        await redis.command('DEL', queue, deadLetter, results);
        await redis.close();
      },
    };
  },
});

describe.skipIf(url === '')('a consumer of Redis that is told to stop', () => {
  it.each<[string, Verdict, number[]]>([
    ['leaves the group when it has nothing any more', { kind: 'taken' }, []],
    ['stays while an entry is its own, so that another process takes that over', { kind: 'left' }, [1]],
  ])('%s', async (_, verdict, pending) => {
    const redis = await connectRedis(url, () => {});
    const stream = `test:${randomUUID()}`;
    const intake = redisIntake(
      {
        kind: 'redis',
        name: stream,
        broker: url,
        queue: stream,
        tenant: 'acme',
        deadLetter: `${stream}:dead`,
        replyTo: [],
        prefetch: 4,
        takenOverAfter: 30_000,
      },
      systemClock,
    );
    await redis.command('XADD', stream, '*', 'body', '{}');
    const stopping = new AbortController();
    await intake.consume({
      ready: () => {},
      signal: stopping.signal,
      handle: async () => {
        stopping.abort();
        return verdict;
      },
    });
    const consumers = await redis.command<(string | number)[][]>('XINFO', 'CONSUMERS', stream, 'bulkhead');
    expect(consumers.map((flat) => flat[flat.indexOf('pending') + 1])).toEqual(pending);
    await intake.close();
    await redis.command('DEL', stream);
    await redis.close();
  });
});
