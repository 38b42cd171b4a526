import { inTime } from './in-time.ts';

const CONNECTED_WITHIN = 10_000;
const HEARTBEAT_EVERY = 10_000;

/** One connection to Redis, which does not come back by itself. */
export type RedisConnection = {
  /** Sends one command, in RESP 2's plain replies. */
  command<Reply>(...words: (string | Buffer)[]): Promise<Reply>;
  /** Several commands as one transaction. */
  transaction(commands: readonly (readonly (string | Buffer)[])[]): Promise<void>;
  subscribe(channel: string, heard: (message: string) => void): Promise<void>;
  close(): Promise<void>;
};

/**
 * Connects to Redis. The client library is loaded only here.
 *
 * @param lost called once, when the connection ended by itself or went silent
 * @example
 * const redis = await connectRedis('redis://127.0.0.1:6379/0', () => {});
 * await redis.command('PUBLISH', 'bulkhead_ready', '');
 */
export async function connectRedis(url: string, lost: () => void): Promise<RedisConnection> {
  const { createClient } = await import('@redis/client');
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    socket: { connectTimeout: CONNECTED_WITHIN, reconnectStrategy: false },
  });
  let ended = false;
  const end = (byItself: boolean) => {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    if (client.isOpen) client.destroy();
    if (byItself) lost();
  };
  client.on('error', () => end(true));
  client.on('end', () => end(true));
  // TCP alone may take hours to find out that the other side is gone.
  const heartbeat = setInterval(() => {
    inTime(HEARTBEAT_EVERY, client.ping()).catch(() => end(true));
  }, HEARTBEAT_EVERY);
  heartbeat.unref();
  try {
    await inTime(CONNECTED_WITHIN, client.connect());
  } catch (error) {
    end(false);
    throw error;
  }
  return {
    command: <Reply>(...words: (string | Buffer)[]) => client.sendCommand<Reply>(words),
    async transaction(commands) {
      const multi = client.multi();
      for (const words of commands) multi.addCommand([...words]);
      await multi.exec();
    },
    subscribe: (channel, heard) => client.subscribe(channel, heard),
    close: async () => end(false),
  };
}
