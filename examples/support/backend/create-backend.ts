import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Reply } from './effects.ts';
import { refuse } from './effects.ts';
import { Routes } from './routes.ts';

const longestBody = 64 * 1024;

const readBody = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > longestBody) throw new RangeError('too long');
  }
  return text;
};

const parse = (text: string): { body: unknown } | undefined => {
  try {
    return { body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return undefined;
  }
};

const replyTo = async (request: IncomingMessage, routes: Routes): Promise<Reply> => {
  const text = await readBody(request).catch(() => undefined);
  if (text === undefined) return refuse(413, 'too_long', `A body has at most ${longestBody} characters.`);
  const parsed = parse(text);
  if (parsed === undefined) return refuse(400, 'bad_json', 'The body is not JSON.');
  const { method = 'GET', url = '/', headers } = request;
  const key = headers['idempotency-key'];
  return routes.answer({
    method,
    url: new URL(url, 'http://backend'),
    key: typeof key === 'string' && key !== '' ? key : undefined,
    body: parsed.body,
  });
};

/**
 * The company's systems as an HTTP server, with its own state.
 *
 * @example
 * createBackend().listen(0, '127.0.0.1');
 */
export function createBackend(): Server {
  const routes = new Routes();
  return createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body } = await replyTo(request, routes);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}
