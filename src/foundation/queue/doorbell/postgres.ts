import pg from 'pg';
import { listen, withStartupOptions } from '../../store/index.ts';
import type { BellBroker } from './broker.ts';

const CHANNEL = 'bulkhead_ready';
const CONNECTED_WITHIN = 10_000;

/**
 * LISTEN and NOTIFY of the database itself. It rings over a connection of its own: NOTIFY takes a lock that
 * commits queue up for, so a business transaction must not hold it, and nobody waits for the disk for a hint.
 *
 * @param url of the database; any login will do, no table is touched
 */
export function postgresBell(url: string): BellBroker<pg.Client> {
  return {
    name: 'PostgreSQL',
    ringing: {
      async open(lost) {
        const client = new pg.Client({
          ...withStartupOptions(url, '-c synchronous_commit=off'),
          application_name: 'bulkhead doorbell',
          connectionTimeoutMillis: CONNECTED_WITHIN,
          keepAlive: true,
        });
        client.on('error', () => {});
        client.on('end', lost);
        await client.connect();
        return client;
      },
      close: (client) => endClient(client),
    },
    async send(client, runs) {
      await client.query({
        name: 'ring',
        text: 'SELECT pg_notify($1, run) FROM unnest($2::text[]) AS run',
        values: [CHANNEL, runs],
      });
    },
    // It comes back by itself, and says so each time.
    async subscribe({ heard, connected }) {
      const listening = await listen({ url, channels: { [CHANNEL]: heard }, onConnected: connected });
      return { close: () => listening.stop() };
    },
  };
}

/** A server that has stalled does not say good-bye. */
async function endClient(client: pg.Client): Promise<void> {
  const cut = setTimeout(() => client.connection?.stream.destroy(), 1_000);
  await client.end().catch(() => {});
  clearTimeout(cut);
}
