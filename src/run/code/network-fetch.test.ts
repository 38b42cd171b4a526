import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpRequest, type HttpServer, serve } from '../../../test/fakes/http/serve.ts';
import type { FetchCall } from '../protocol.ts';
import { createNetworkFetch } from './network-fetch.ts';

let site: HttpServer;
let other: HttpServer;
const requests: HttpRequest[] = [];
const dev = createNetworkFetch({ allowLoopback: true });
const production = createNetworkFetch({ allowLoopback: false });

beforeAll(async () => {
  other = await serve((request, response) => {
    requests.push(request);
    response.end('other');
  });
  site = await serve((request, response) => {
    requests.push(request);
    switch (request.path) {
      case '/away':
        return void response.writeHead(302, { location: `${other.url}/` }).end();
      case '/bomb':
        return void response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(20_000_000)));
      case '/nowhere':
        return void response.writeHead(302, { location: 'http://[' }).end();
      case '/cookies':
        return void response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end();
      case '/silent':
        return undefined;
      default:
        return void response.end('hello');
    }
  });
});
afterAll(async () => {
  await Promise.all([dev.close(), production.close(), site.stop(), other.stop()]);
});

const call = (url: string, more: Partial<FetchCall> = {}): FetchCall => ({
  url,
  method: 'GET',
  headers: [],
  body: null,
  redirect: 'follow',
  ...more,
});
const quiet = new AbortController().signal;
const textOf = ({ body }: { body: string }) => Buffer.from(body, 'base64').toString();

describe('a tool’s fetch in production', () => {
  it.each([
    ['plain http, also where it was declared', () => site.url, 'only in `bulkhead dev`'],
    ['an address of a private network', () => 'https://10.0.0.1', 'not a public one'],
    ['the address of a cloud’s metadata', () => 'https://169.254.169.254', 'not a public one'],
    ['this machine', () => 'https://127.0.0.1', 'not a public one'],
    ['this machine in IPv6', () => 'https://[::1]', 'not a public one'],
    ['an address in another notation', () => 'https://0x7f000001', 'not in the `network`|not a public one'],
  ])('refuses %s', async (_, url, why) => {
    await expect(production.fetch(call(url()), [url()], quiet)).rejects.toMatchObject({
      code: 'network_denied',
      denied: true,
      message: expect.stringMatching(new RegExp(`${why}.* Declare what it needs in \`network\``)),
    });
  });

  it('refuses a name that leads to this machine', async () => {
    await expect(production.fetch(call('https://localhost/'), ['localhost'], quiet)).rejects.toMatchObject({
      code: 'network_denied',
      message: expect.stringContaining('its name has no address, or one that is not public'),
    });
    expect(requests).toEqual([]);
  });
});

describe('a tool’s fetch', () => {
  it('says what it sent and got, several cookies too', async () => {
    const response = await dev.fetch(call(`${site.url}/cookies`), [site.url], quiet);
    expect(response).toMatchObject({
      status: 200,
      statusText: 'OK',
      url: `${site.url}/cookies`,
      redirected: false,
    });
    expect(response.headers.filter(([name]) => name === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  it('makes the headers of its connection itself', async () => {
    const headers: [string, string][] = [
      ['Host', 'evil.example.com'],
      ['connection', 'upgrade'],
      ['Content-Length', '999'],
      ['x-own', 'kept'],
    ];
    await dev.fetch(
      call(`${site.url}/echo`, { method: 'POST', body: btoa('hi'), headers }),
      [site.url],
      quiet,
    );
    expect(requests.at(-1)?.headers).toMatchObject({
      host: new URL(site.url).host,
      'content-length': '2',
      'x-own': 'kept',
    });
  });

  it('does not carry a secret to another origin, also where both are declared', async () => {
    const headers: [string, string][] = [
      ['Authorization', 'Bearer secret'],
      ['Cookie', 'session=1'],
      ['x-own', 'kept'],
    ];
    const response = await dev.fetch(call(`${site.url}/away`, { headers }), [site.url, other.url], quiet);
    expect(textOf(response)).toBe('other');
    const [first, second] = requests.slice(-2);
    expect(first?.headers).toMatchObject({ authorization: 'Bearer secret', cookie: 'session=1' });
    expect(second?.headers).toMatchObject({ 'x-own': 'kept' });
    expect(second?.headers).not.toHaveProperty('authorization');
    expect(second?.headers).not.toHaveProperty('cookie');
  });

  it('measures what a compressed answer unfolds to', async () => {
    await expect(dev.fetch(call(`${site.url}/bomb`), [site.url], quiet)).rejects.toMatchObject({
      code: 'response_too_large',
    });
  });

  it('may be tried again after a connection that was never made: nothing arrived', async () => {
    const gone = await serve(() => {});
    await gone.stop();
    const post = call(`${gone.url}/`, { method: 'POST', body: btoa('hi') });
    await expect(dev.fetch(post, [gone.url], quiet)).rejects.toMatchObject({
      code: 'fetch_failed',
      retryable: true,
      outcomeUnknown: false,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('does not know what became of a POST whose answer never came', async () => {
    const cutting = await serve((_, response) => void response.destroy());
    const attempt = (method: string) => dev.fetch(call(`${cutting.url}/`, { method }), [cutting.url], quiet);
    await expect(attempt('POST')).rejects.toMatchObject({ code: 'fetch_failed', outcomeUnknown: true });
    await expect(attempt('GET')).rejects.toMatchObject({ code: 'fetch_failed', outcomeUnknown: false });
    await cutting.stop();
  });

  it('ends when it is told to, with the reason', async () => {
    const stop = new AbortController();
    const pending = dev.fetch(call(`${site.url}/silent`), [site.url], stop.signal);
    await expect.poll(() => requests.at(-1)?.path).toBe('/silent');
    stop.abort(new Error('cancelled'));
    await expect(pending).rejects.toThrow('cancelled');
    await expect(dev.fetch(call(site.url), [site.url], stop.signal)).rejects.toThrow('cancelled');
  });

  it('refuses a redirect to an address that is none', async () => {
    await expect(dev.fetch(call(`${site.url}/nowhere`), [site.url], quiet)).rejects.toMatchObject({
      code: 'redirect_refused',
    });
  });
});
