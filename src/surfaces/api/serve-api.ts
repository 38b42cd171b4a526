import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Relay } from '../relay/create-relay.ts';
import { cannotListen } from './cannot-listen.ts';
import { createApi } from './create-api.ts';
import type { ApiParts } from './parts.ts';
import { refuseUnreadable } from './problems/refuse-unreadable.ts';

/** Milliseconds for requests that are under way when the server closes. */
const CLOSING_GRACE = 5_000;

export type Served = {
  url: string;
  port: number;
  /** Takes no more connections, ends event streams, lets requests finish for 5 s; then their clients are cut off. */
  close(): Promise<void>;
};

/**
 * The HTTP API, listening.
 *
 * @param address.port 0 takes any that is free
 * @param relay sees every request first
 * @example
 * const { url, close } = await serveApi(parts, { host: '127.0.0.1', port: 7460 });
 * @throws BulkheadError `port_in_use`, `cannot_listen`
 */
export async function serveApi(
  parts: ApiParts,
  { host, port }: { host: string; port: number },
  relay?: Pick<Relay, 'handle'>,
): Promise<Served> {
  const { app, close, settled } = createApi(parts);
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: refuseUnreadable,
  });
  const server = createServer((request, response) => {
    if (relay?.handle(request, response) !== true) void listener(request, response);
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw cannotListen(error, host, port);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    port: taken,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const force = setTimeout(() => server.closeAllConnections(), CLOSING_GRACE);
      await close();
      server.closeIdleConnections();
      await closed;
      clearTimeout(force);
      await settled();
    },
  };
}
