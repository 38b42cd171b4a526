import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../contract/principal.ts';
import type { KillSwitch } from '../../pillars/policy/index.ts';
import { createRelay, type Relay } from './create-relay.ts';

type Seen = { url: string; headers: Record<string, unknown>; body: string };

let upstream: Server;
let server: Server;
let relay: Relay;
let url: string;
let roles: Principal['roles'];
let switches: KillSwitch[];
const seen: Seen[] = [];
/** Ends the answers that are held back. */
let release: () => void;

const portOf = (listening: Server) => (listening.address() as AddressInfo).port;

beforeEach(async () => {
  seen.length = 0;
  roles = ['developer'];
  switches = [];
  const held = Promise.withResolvers<void>();
  release = held.resolve;
  upstream = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'set-cookie': 'a=b',
      'x-request-id': 'r1',
    });
    response.write('data: one\n\n');
    await held.promise;
    response.end('data: two\n\n');
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  relay = createRelay({
    environment: {
      OPENAI_API_KEY: 'sk-provider',
      OPENAI_BASE_URL: `http://127.0.0.1:${portOf(upstream)}/v1`,
      ANTHROPIC_API_KEY: 'ant-provider',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${portOf(upstream)}`,
      MISTRAL_API_KEY: 'mistral-provider',
      MISTRAL_BASE_URL: 'http://127.0.0.1:1/v1',
    },
    authenticate: async () => ({ id: 'key_1', name: 'ada', tenant: 'acme', roles }),
    killSwitches: { current: async () => switches },
  });
  server = createServer((request, response) => {
    if (!relay.handle(request, response)) response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${portOf(server)}/v1/relay`;
});
afterEach(async () => {
  release();
  await relay.close();
  for (const one of [server, upstream]) {
    one.closeAllConnections();
    one.close();
  }
});

const ask = (path: string) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer bh_client', cookie: 'session=1', 'x-stainless-lang': 'js' },
    body: '{"stream":true}',
  });

describe('the relay', () => {
  it("sends a request on under the provider's key, and nothing that opens this server", async () => {
    release();
    const answer = await ask('/openai/chat/completions?a=1');
    expect(await answer.text()).toBe('data: one\n\ndata: two\n\n');
    expect(answer.headers.get('x-request-id')).toBe('r1');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(seen).toMatchObject([
      {
        url: '/v1/chat/completions?a=1',
        headers: { authorization: 'Bearer sk-provider', 'x-stainless-lang': 'js' },
        body: '{"stream":true}',
      },
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/bh_client|session=1/);
  });

  it('hands each provider its key as that provider takes it', async () => {
    release();
    await (await ask('/anthropic/messages')).text();
    expect(seen).toMatchObject([{ url: '/v1/messages', headers: { 'x-api-key': 'ant-provider' } }]);
  });

  it('passes on what is said before all of it is', async () => {
    const answer = await ask('/openai/chat/completions');
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: one\n\n');
    release();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: two\n\n');
  });

  it.each([
    ['while everything is switched off', '/openai/models', 503, 'switched_off'],
    ['to whom it is not allowed', '/openai/models', 403, 'forbidden'],
    ['for a provider that there is not', '/acme/models', 404, 'unknown_provider'],
    ['for a provider whose key is missing', '/google/models', 400, 'missing_key'],
    ['when the provider does not answer', '/mistral/models', 502, 'provider_unavailable'],
  ])('refuses %s, and says why', async (_, path, status, code) => {
    if (code === 'switched_off')
      switches = [{ tenant: null, target: '*', reason: 'Fire.', setBy: 'ada', setAt: 0 }];
    if (code === 'forbidden') roles = ['auditor'];
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code, status });
    expect(seen).toEqual([]);
  });
});
