import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, type Dispatcher } from 'undici';
import { BulkheadError } from '../../contract/errors.ts';
import { type Environment, providerEndpoint } from '../../gateways/model/provider/index.ts';
import { type Authenticate, authorise } from '../../pillars/identity/index.ts';
import type { KillSwitches } from '../../pillars/policy/index.ts';
import { toProblem, toShownError } from '../api/problems/problem.ts';
import { requestHeaders, responseHeaders } from './forwarded-headers.ts';

const PATH = /^\/v1\/relay\/([a-z-]+)(\/[^?]*)(\?.*)?$/;

export type RelayParts = {
  environment: Environment;
  authenticate: Authenticate;
  killSwitches: Pick<KillSwitches, 'current'>;
};

export type Relay = {
  /** Takes requests below `/v1/relay/`; false: the request is for somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  close(): Promise<void>;
};

/**
 * Providers' own interfaces under this server's keys, and nothing else: no run, no journal, no budget, no guard. Of
 * the controls only the caller's key and role and the kill switch `*` hold here, so an operator has to turn it on.
 * Bodies are streamed both ways as they are.
 *
 * @example
 * new OpenAI({ baseURL: 'http://127.0.0.1:7460/v1/relay/openai', apiKey: 'bh_…' });
 */
export function createRelay(parts: RelayParts): Relay {
  const agent = new Agent({ allowH2: false, connectTimeout: 10_000, keepAliveTimeout: 30_000 });
  return {
    handle(request, response) {
      const found = PATH.exec(request.url ?? '');
      if (found === null) return false;
      const [, provider = '', path = '', query = ''] = found;
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      forward(provider, path + query, request, response, gone.signal).catch((error: unknown) => {
        if (!gone.signal.aborted) refuse(response, error);
      });
      return true;
    },
    close: () => agent.destroy(),
  };

  async function forward(
    provider: string,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const principal = await parts.authenticate(request.headers.authorization);
    authorise(principal, 'relay:use');
    const switches = await parts.killSwitches.current(signal);
    const off = switches.find(
      ({ tenant, target }) => target === '*' && (tenant === null || tenant === principal.tenant),
    );
    if (off !== undefined) throw switchedOff(off.reason);
    const { baseURL, headers } = providerEndpoint(provider, parts.environment);
    const answer = await ask(provider, {
      origin: new URL(baseURL).origin,
      path: new URL(baseURL).pathname.replace(/\/$/, '') + path,
      method: (request.method ?? 'GET') as 'GET',
      headers: requestHeaders(request.headers, headers),
      body: request,
      signal,
    });
    response.writeHead(answer.statusCode, responseHeaders(answer.headers));
    await pipeline(answer.body, response);
  }

  function ask(
    provider: string,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData<unknown>> {
    return agent.request(options).catch((cause: unknown) => {
      throw new BulkheadError({
        code: 'provider_unavailable',
        message: `The provider ${provider} does not answer. Send the request again; GET /v1/providers shows how providers are.`,
        status: 502,
        retryable: true,
        cause,
      });
    });
  }
}

/** Once the answer has begun, a cut connection is all that can be said. */
function refuse(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) return void response.destroy();
  const error = toShownError(thrown);
  const body = JSON.stringify(toProblem(error, randomUUID()));
  response.writeHead(error.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
  response.end(body);
}

function switchedOff(reason: string): BulkheadError {
  return new BulkheadError({
    code: 'switched_off',
    message: `Everything is switched off: ${reason.replace(/\.$/, '')}. It works again once an operator clears the kill switch "*".`,
    status: 503,
    denied: true,
  });
}
