import { connectRedis, type RedisConnection } from '../broker/redis.ts';
import type { BellBroker } from './broker.ts';

const CHANNEL = 'bulkhead_ready';

/**
 * PUBLISH and SUBSCRIBE of Redis: who is not subscribed at that moment hears nothing.
 *
 * @param address `redis://` or `rediss://`; `?channel=` for installations that share one server
 */
export function redisBell(address: string): BellBroker<RedisConnection> {
  const url = new URL(address);
  const channel = url.searchParams.get('channel') ?? CHANNEL;
  url.search = '';
  return {
    name: 'Redis',
    ringing: {
      open: (lost) => connectRedis(url.href, lost),
      close: (connection) => connection.close(),
    },
    async send(connection, runs) {
      await connection.command('PUBLISH', channel, runs.join(','));
    },
    async subscribe({ heard, connected, lost }) {
      const connection = await connectRedis(url.href, lost);
      try {
        await connection.subscribe(channel, (message) => message.split(',').forEach(heard));
      } catch (error) {
        await connection.close();
        throw error;
      }
      connected();
      return connection;
    },
  };
}
