import { deserializeError } from '../../contract/errors.ts';
import type { FetchCall, FetchResponse, FromHost } from '../protocol.ts';

type Answer = { resolve: (response: Response) => void; reject: (error: Error) => void };

const NULL_BODY = new Set([101, 103, 204, 205, 304]);

/** `fetch` for tools: the worker opens the socket, so that author code needs no network of its own. */
export class FetchProxy {
  readonly #send: (message: FromHost) => void;
  readonly #open = new Map<number, Answer>();
  #next = 1;

  constructor(send: (message: FromHost) => void) {
    this.#send = send;
  }

  /** A `fetch` that belongs to one tool call. */
  for(request: number, signal: AbortSignal): typeof globalThis.fetch {
    return async (input, init) => {
      const asked = new Request(input, init);
      const call: FetchCall = {
        url: asked.url,
        method: asked.method,
        headers: [...asked.headers],
        body: asked.body === null ? null : Buffer.from(await asked.arrayBuffer()).toString('base64'),
        redirect: asked.redirect,
      };
      const aborted = AbortSignal.any([signal, asked.signal]);
      aborted.throwIfAborted();
      const number = this.#next;
      this.#next += 1;
      return new Promise<Response>((resolve, reject) => {
        const stop = () => {
          this.#open.delete(number);
          this.#send({ type: 'fetch-aborted', fetch: number });
          reject(aborted.reason);
        };
        aborted.addEventListener('abort', stop, { once: true });
        const done = () => aborted.removeEventListener('abort', stop);
        this.#open.set(number, {
          resolve: (response) => {
            done();
            resolve(response);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        });
        this.#send({ type: 'fetch', fetch: number, request, call });
      });
    };
  }

  answer(number: number, response: FetchResponse | { error: Parameters<typeof deserializeError>[0] }): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    if ('error' in response) return open.reject(deserializeError(response.error));
    try {
      open.resolve(toResponse(response));
    } catch (error) {
      open.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** @throws TypeError when the server's status or headers are none that a Response may have */
function toResponse({ status, statusText, headers, url, redirected, body }: FetchResponse): Response {
  const content = NULL_BODY.has(status) ? null : Buffer.from(body, 'base64');
  const response = new Response(content, { status, statusText, headers });
  Object.defineProperty(response, 'url', { value: url });
  Object.defineProperty(response, 'redirected', { value: redirected });
  return response;
}
