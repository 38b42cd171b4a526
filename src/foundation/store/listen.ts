import pg from 'pg';

/** A channel of NOTIFY, and what to do with each payload. */
export type Listening = { stop(): Promise<void> };

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

/**
 * Listens on PostgreSQL channels over one connection of its own, and connects again when it is cut. It
 * may lose messages while it is away: `onConnected` is called each time it is back, to look once.
 *
 * @example
 * const listening = await listen({ url, channels: { bulkhead_ready: () => claim() }, onConnected: () => claim() });
 */
export async function listen(options: {
  url: string;
  channels: Record<string, (payload: string) => void>;
  onConnected?: () => void;
}): Promise<Listening> {
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = FIRST_PAUSE;

  const again = () => {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      connect().catch(again);
    }, pause);
    timer.unref();
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };

  const connect = async () => {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: 'bulkhead',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    next.on('error', () => {});
    next.on('end', () => {
      if (client === next) client = undefined;
      again();
    });
    next.on('notification', ({ channel, payload }) => options.channels[channel]?.(payload ?? ''));
    await next.connect();
    for (const channel of Object.keys(options.channels))
      await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    if (stopped) return void (await next.end());
    client = next;
    pause = FIRST_PAUSE;
    options.onConnected?.();
  };

  await connect().catch((error: unknown) => {
    // The caller knows that nobody listens; nothing goes on behind its back.
    stopped = true;
    clearTimeout(timer);
    throw error;
  });
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
