import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../../../contract/clock.ts';
import {
  connectRedis,
  HeldConnection,
  inTime,
  type RedisConnection,
} from '../../../foundation/queue/broker/index.ts';
import type { IntakeSource } from '../config/source.ts';
import type { IntakeBroker, Verdict } from '../message.ts';
import { GROUP, joinGroup, leaveGroup, readEntries, type StreamEntry, takeOver } from './redis-group.ts';

const PUBLISHED_WITHIN = 5_000;
const LEFT_WITHIN = 1_000;
/** Milliseconds that one read waits for new entries. */
const READ_WAITS = 2_000;
/** Redis itself takes 512 MB; a reply of more than this is no message any more. */
const LARGEST = 16 * 1024 * 1024;

/**
 * A stream of Redis, read as one consumer of a group. An entry is `body`, and perhaps `messageId` and `replyTo`;
 * once its run is durable it is acknowledged and deleted, so that the stream does not grow.
 */
export function redisIntake(
  { broker, queue: stream, deadLetter, prefetch, takenOverAfter }: IntakeSource,
  clock: Clock,
): IntakeBroker {
  const consumer = `bulkhead-${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const publishing = new HeldConnection<RedisConnection>(
    { open: (lost) => connectRedis(broker, lost), close: (connection) => connection.close() },
    clock,
  );

  return {
    largestReply: LARGEST,
    async consume({ handle, ready, signal }) {
      const over = Promise.withResolvers<never>();
      over.promise.catch(() => {});
      const lost = () => over.reject(new Error('the connection ended'));
      // Two: a read that waits for entries holds up whatever comes behind it.
      const [reading, settling] = await connectBoth(() => connectRedis(broker, lost));
      const stop = () => void reading.close();
      signal.addEventListener('abort', stop, { once: true });

      const work = async ({ id, fields }: StreamEntry): Promise<Verdict['kind']> => {
        const verdict: Verdict = await handle({
          id: fields.get('messageId') ?? id,
          body: Buffer.from(fields.get('body') ?? ''),
          replyTo: fields.get('replyTo'),
        });
        if (verdict.kind === 'left') return verdict.kind;
        const dead = verdict.kind === 'refused' ? [deadEntry(deadLetter, id, fields, verdict.reason)] : [];
        const settled = [...dead, ['XACK', stream, GROUP, id], ['XDEL', stream, id]];
        await Promise.race([settling.transaction(settled), over.promise]);
        return verdict.kind;
      };
      const session = async () => {
        await joinGroup(settling, stream);
        ready();
        let lookedAt = 0;
        // What this consumer was given before an outage comes first.
        let from: '>' | '0' = '0';
        while (!signal.aborted) {
          if (clock.now() - lookedAt >= takenOverAfter / 2) {
            await takeOver(settling, { stream, consumer, idle: takenOverAfter, limit: prefetch });
            lookedAt = clock.now();
            from = '0';
          }
          const wait = Math.min(READ_WAITS, takenOverAfter);
          const entries = await readEntries(reading, { stream, consumer, from, limit: prefetch, wait });
          const verdicts = await Promise.all(entries.map(work));
          if (verdicts.includes('left')) from = '0';
          else if (entries.length === 0) from = '>';
        }
      };
      try {
        await Promise.race([session(), over.promise]);
      } catch (error) {
        // A read that waits is ended by closing its connection.
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', stop);
        await reading.close();
        // A server that is away keeps the name until it is old; nothing depends on it.
        if (signal.aborted) {
          await inTime(LEFT_WITHIN, leaveGroup(settling, stream, consumer)).catch(() => {});
        }
        await settling.close();
      }
    },
    async publish({ to, run, body }) {
      const redis = await publishing.get();
      const sent = redis.command('XADD', to, '*', 'run', run, 'messageId', run, 'body', body);
      await inTime(PUBLISHED_WITHIN, sent).catch((error: unknown) => {
        publishing.drop();
        throw error;
      });
    },
    close: () => publishing.close(),
  };
}

async function connectBoth(
  connect: () => Promise<RedisConnection>,
): Promise<[RedisConnection, RedisConnection]> {
  const first = await connect();
  try {
    return [first, await connect()];
  } catch (error) {
    await first.close();
    throw error;
  }
}

/** The entry as it was, its reason beside it, and the id that it came under. */
function deadEntry(
  deadLetter: string,
  id: string,
  fields: ReadonlyMap<string, string>,
  reason: string,
): string[] {
  return ['XADD', deadLetter, '*', ...[...fields].flat(), 'entry', id, 'reason', reason];
}
