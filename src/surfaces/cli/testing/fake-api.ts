import type { ServerResponse } from 'node:http';
import { type HttpRequest, sendJson, serve } from '../../../../test/fakes/http/serve.ts';
import type { RunEvent } from '../client/index.ts';

type Handle = (request: HttpRequest, response: ServerResponse) => void;

export type FakeApi = {
  url: string;
  /** What it was asked, in order. */
  requests: HttpRequest[];
  /** The environment of a command that is to find it. */
  environment: { BULKHEAD_URL: string; BULKHEAD_API_KEY: string };
  stop(): Promise<void>;
};

/**
 * A server that answers as the API does. A route is `'GET /v1/runs'`, without the query; what has none is
 * answered with the problem `unknown_route`.
 */
export async function startFakeApi(routes: Record<string, Handle | object>): Promise<FakeApi> {
  const requests: HttpRequest[] = [];
  const { url, stop } = await serve((request, response) => {
    requests.push(request);
    const route = routes[`${request.method} ${request.path.split('?')[0]}`];
    if (typeof route === 'function') return (route as Handle)(request, response);
    if (route !== undefined) return sendJson(response, 200, route);
    sendProblem(response, 404, 'unknown_route', 'There is no such route.');
  });
  return { url, requests, environment: { BULKHEAD_URL: url, BULKHEAD_API_KEY: 'bh_key' }, stop };
}

export function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  more: { retryable?: boolean } = {},
): void {
  sendJson(response, status, {
    type: `urn:bulkhead:problem:${code}`,
    title: code,
    status,
    code,
    detail,
    instance: 'urn:bulkhead:request:r1',
    retryable: more.retryable === true,
  });
}

/** Events as the API streams them; without an `end` among them the connection breaks off after the last. */
export function sendEvents(response: ServerResponse, events: readonly RunEvent[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(rendered(event));
  response.end();
}

function rendered(event: RunEvent): string {
  switch (event.event) {
    case 'entry':
      return `id: ${event.id}\nevent: entry\ndata: ${JSON.stringify(event.entry)}\n\n`;
    case 'delta': {
      const { event: name, ...data } = event;
      return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    }
    case 'continued':
    case 'end':
      return `event: end\ndata: ${JSON.stringify(event.run)}\n\n`;
  }
}
