import type { IncomingHttpHeaders } from 'node:http';

/** Of one connection only (RFC 9110, 7.6.1), or set anew by whoever sends. */
const OF_CONNECTION = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** What opens this server, or names a browser's session with it, is not for the provider. */
const OF_CLIENT = new Set(['authorization', 'cookie', 'x-api-key', 'x-goog-api-key', 'forwarded']);

/** A client's headers as a provider may see them: nothing of this connection, and nothing that opens this server. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  keys: Readonly<Record<string, string>>,
): Record<string, string | string[]> {
  const named = namedIn(headers.connection);
  const forwarded = Object.entries(headers).filter(
    ([name, value]) =>
      value !== undefined && !OF_CONNECTION.has(name) && !OF_CLIENT.has(name) && !named.has(name),
  );
  return { ...(Object.fromEntries(forwarded) as Record<string, string | string[]>), ...keys };
}

/** A provider's headers as a client may see them. */
export function responseHeaders(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string | string[]> {
  const connection = headers.connection;
  const named = namedIn(Array.isArray(connection) ? connection.join(',') : connection);
  const forwarded = Object.entries(headers).filter(
    ([name, value]) =>
      value !== undefined && !OF_CONNECTION.has(name) && !named.has(name) && name !== 'set-cookie',
  );
  return Object.fromEntries(forwarded) as Record<string, string | string[]>;
}

function namedIn(connection: string | undefined): Set<string> {
  return new Set(connection?.toLowerCase().split(/\s*,\s*/));
}
