import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire between a client and a server that a test can spoil. */
export type TcpProxy = {
  /** The same address, but through the proxy. */
  through(url: string): string;
  /** Connections that stand now. */
  readonly connections: number;
  /** Breaks every connection; new ones are let through. */
  cut(): void;
  /** Breaks every connection, and each new one at once. */
  refuse(): void;
  /** Carries nothing more, in either direction, and breaks nothing: a network that swallows packets. */
  stall(): void;
  /** Carries everything again, also what was held back. */
  restore(): void;
  stop(): Promise<void>;
};

/**
 * Starts a proxy on a port of its own.
 *
 * @example
 * const proxy = await startTcpProxy('redis://127.0.0.1:6379');
 * const client = connect(proxy.through('redis://127.0.0.1:6379'));
 * proxy.cut();
 */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'refusing' | 'stalled' = 'open';

  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (state === 'refusing') return void near.destroy();
    const far = connect(Number(port), hostname);
    far.on('error', () => undefined);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (bytes) => {
        if (!to.destroyed) to.write(bytes);
      });
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    if (state === 'stalled') for (const socket of pair) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;

  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  return {
    through(url) {
      const address = new URL(url);
      address.hostname = '127.0.0.1';
      address.port = String(own);
      return address.href;
    },
    get connections() {
      return pairs.size;
    },
    cut,
    refuse() {
      state = 'refusing';
      cut();
    },
    stall() {
      state = 'stalled';
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    restore() {
      state = 'open';
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    async stop() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
