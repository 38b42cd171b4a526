import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request, read to its end. */
export type HttpRequest = {
  method: string;
  /** With its query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` when the body is none. */
  body: unknown;
  /** The body as it came. */
  text: string;
};

/** A server of this process on a port of its own. */
export type HttpServer = { url: string; stop: () => Promise<void> };

/**
 * Serves on 127.0.0.1 at a free port. `stop` cuts connections that are still open.
 *
 * @example
 * const server = await serve((request, response) => response.end(request.path));
 * await server.stop();
 */
export async function serve(
  handle: (request: HttpRequest, response: ServerResponse) => void | Promise<void>,
): Promise<HttpServer> {
  const server = createServer(async (message, response) => {
    try {
      await handle(await read(message), response);
    } catch (error) {
      // The client went away, or a handler of the test threw: either way the answer cannot be completed.
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

async function read(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  const text = Buffer.concat(chunks).toString('utf8');
  return { method: message.method ?? 'GET', path: message.url ?? '/', headers, body: parsed(text), text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
