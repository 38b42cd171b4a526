import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { BulkheadError } from '../../contract/errors.ts';
import { isLoopbackAddress, isPublicAddress } from '../../pillars/channel/index.ts';
import type { FetchCall, FetchResponse } from '../protocol.ts';
import { isDeclared } from './declared-network.ts';
import { decodedBody } from './decoded-body.ts';
import type { NetworkFetch } from './host-client.ts';

/** A tool reads answers, it does not download: the body is held in memory and sent on. */
const LARGEST_BODY = 8 * 1024 * 1024;
const REDIRECTS = 5;
/** What no status line may hold (RFC 9112, reason-phrase), and a Response refuses. */
const NOT_IN_REASON = /[^\t\x20-\x7e\x80-\xff]/g;

/**
 * Fetches for tools: only what the tool declared, checked again at every redirect; the name is resolved
 * once and the socket connects to the address that was checked. Addresses that are not public are
 * refused, but for loopback in `bulkhead dev`, where it has to be declared literally.
 */
export function createNetworkFetch(options: { allowLoopback: boolean }): {
  fetch: NetworkFetch;
  close(): Promise<void>;
} {
  const agent = new Agent({
    connect: { lookup: checkedLookup(options.allowLoopback), timeout: 10_000 },
    // What was checked is the URL's host; a connection is kept for the same origin only.
    pipelining: 1,
  });

  const fetch: NetworkFetch = async (call, network, signal) => {
    let { url, method, body } = call;
    let headers = withoutHopByHop(call.headers);
    for (let redirects = 0; ; redirects += 1) {
      const target = checkedUrl(url, network, options.allowLoopback);
      const response = await send(agent, target, { method, headers, body, signal });
      const location = response.headers.find(([name]) => name === 'location')?.[1];
      const redirected = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
      if (!redirected || call.redirect === 'manual')
        return { ...response, url: target.href, redirected: redirects > 0 };
      const next = URL.parse(location, target.href);
      if (call.redirect === 'error' || redirects === REDIRECTS || next === null)
        throw redirectRefused(target.href, redirects);
      // A secret that was meant for one origin does not travel to another (Fetch standard, HTTP-redirect fetch).
      if (next.origin !== target.origin)
        headers = headers.filter(([name]) => !/^(authorization|cookie)$/i.test(name));
      if (becomesGet(response.status, method)) {
        method = 'GET';
        body = null;
        headers = headers.filter(([name]) => !/^content-(encoding|language|location|type)$/i.test(name));
      }
      url = next.href;
    }
  };
  return { fetch, close: () => agent.close() };
}

/** Fetch standard, HTTP-redirect fetch. */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return status < 303 && method === 'POST';
}

function checkedUrl(text: string, network: readonly string[], allowLoopback: boolean): URL {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(url, 'only https can be fetched');
  if (url.username !== '' || url.password !== '') throw refused(url, 'a URL may carry no name or password');
  if (!isDeclared(url, network)) throw refused(url, 'it is not in the `network` of the tool');
  if (url.protocol === 'http:' && !(allowLoopback && isLoopback(host))) {
    throw refused(url, 'plain http goes to declared loopback only, and only in `bulkhead dev`');
  }
  if (isAddress(host) && !isPublicAddress(host) && !(allowLoopback && isLoopbackAddress(host))) {
    throw refused(url, 'its address is not a public one');
  }
  return url;
}

async function send(
  agent: Agent,
  url: URL,
  call: Pick<FetchCall, 'method' | 'headers' | 'body'> & { signal: AbortSignal },
): Promise<Omit<FetchResponse, 'url' | 'redirected'>> {
  try {
    const response = await request(url, {
      dispatcher: agent,
      method: call.method as 'GET',
      headers: call.headers.flat(),
      body: call.body === null ? null : Buffer.from(call.body, 'base64'),
      signal: call.signal,
    });
    const encoding = response.headers['content-encoding'];
    const body = await limited(decodedBody(response.body, encoding?.toString()), url);
    return {
      status: response.statusCode,
      statusText: response.statusText.replace(NOT_IN_REASON, ''),
      headers: Object.entries(response.headers).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value ?? '']).map((one): [string, string] => [name, one]),
      ),
      body: body.toString('base64'),
    };
  } catch (error) {
    if (BulkheadError.isInstance(error)) throw error;
    if (call.signal.aborted) throw call.signal.reason;
    const cause = reasonOf(error);
    throw new BulkheadError({
      code: 'fetch_failed',
      message: `${url.origin} could not be reached, or cut the connection: ${cause}.`,
      retryable: true,
      // The request may have arrived before the connection broke.
      outcomeUnknown:
        call.method !== 'GET' && call.method !== 'HEAD' && !/ECONNREFUSED|ENOTFOUND/.test(cause),
    });
  }
}

/** A name with several addresses fails with a list of errors, which has a code and no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as NodeJS.ErrnoException).code ?? 'no reason given');
}

async function limited(body: AsyncIterable<Buffer>, url: URL): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > LARGEST_BODY) {
      throw new BulkheadError({
        code: 'response_too_large',
        message: `${url.origin} answered more than ${LARGEST_BODY} bytes. Ask it for less, page by page.`,
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function checkedLookup(allowLoopback: boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    lookup(hostname, { all: true, verbatim: true }).then(
      (addresses) => {
        const [first] = addresses;
        const allowed = (address: string) =>
          isPublicAddress(address) || (allowLoopback && isLoopback(hostname) && isLoopbackAddress(address));
        if (first === undefined || !addresses.every(({ address }) => allowed(address))) {
          callback(
            refused(new URL(`https://${hostname}`), 'its name has no address, or one that is not public'),
            '',
            0,
          );
        } else if (all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 0),
    );
  };
}

/** This machine, by an address or by the one name that is never anybody else's. */
const isLoopback = (host: string) => host === 'localhost' || isLoopbackAddress(host);
const isAddress = (host: string) => /^[\d.]+$/.test(host) || host.includes(':');

/** Headers that belong to a connection; the worker makes its own. */
const HOP_BY_HOP = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'te',
]);
const withoutHopByHop = (headers: [string, string][]) =>
  headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));

function refused(url: URL, why: string): BulkheadError {
  return new BulkheadError({
    code: 'network_denied',
    message: `The tool may not fetch ${url.origin === 'null' ? url.protocol : url.origin}: ${why}. Declare what it needs in \`network\`.`,
    denied: true,
  });
}

function redirectRefused(url: string, redirects: number): BulkheadError {
  return new BulkheadError({
    code: 'redirect_refused',
    message: `${url} answered a redirect${redirects === 0 ? '' : ` after ${redirects} others`}, and this fetch does not follow it.`,
  });
}
