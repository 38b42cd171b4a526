import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
let site: Site;
let other: Site;
beforeAll(async () => {
  [world, site, other] = await Promise.all([startWorld(), startSite(), startSite()]);
  await world.deploy(projectFor(site.origin));
});
afterAll(() => Promise.all([world?.stop(), site?.stop(), other?.stop()]));
beforeEach(() => {
  site.requests.length = 0;
  other.requests.length = 0;
});

const projectFor = (origin: string) => `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';

const inputSchema = z.object({
  url: z.string(),
  init: z.looseObject({}).default({}),
  size: z.number().optional(),
  within: z.number().optional(),
});

const call = async ({ url, init, size, within }, { fetch }) => {
  const response = await fetch(url, {
    ...init,
    ...(size === undefined ? {} : { body: 'x'.repeat(size) }),
    ...(within === undefined ? {} : { signal: AbortSignal.timeout(within) }),
  });
  const { status, statusText, ok, redirected } = response;
  const text = await response.text();
  return { status, statusText, ok, redirected, url: response.url, headers: Object.fromEntries(response.headers), text: text.slice(0, 100), length: text.length };
};

const declared = tool({ description: 'May fetch the site', inputSchema, effect: 'read', network: ['${origin}'], execute: call });
const silent = tool({ description: 'May fetch nothing', inputSchema, effect: 'read', execute: call });
const local = tool({
  description: 'May fetch the site by its name',
  inputSchema,
  effect: 'read',
  network: ['${origin.replace('127.0.0.1', 'localhost')}'],
  execute: call,
});
let kept;
const keeper = tool({
  description: 'Keeps its fetch for later',
  inputSchema,
  effect: 'read',
  network: ['${origin}'],
  execute: (_, { fetch }) => { kept = fetch; return 'kept'; },
});
const forgetful = tool({
  description: 'Does not wait for what it fetches',
  inputSchema,
  effect: 'read',
  network: ['${origin}'],
  execute: ({ url }, { fetch }) => { fetch(url).catch(() => {}); return 'gone'; },
});

const tools = { declared, silent, local, keeper, forgetful };
export const fetching = workflow({
  name: 'fetching',
  inputSchema: z.object({ tool: z.enum(['declared', 'silent', 'local', 'keeper', 'forgetful']), input: inputSchema }),
  tools,
  run: (input, context) => context.tools[input.tool](input.input),
});
export const late = workflow({
  name: 'late',
  inputSchema: z.object({ url: z.string() }),
  tools,
  run: async ({ url }, context) => {
    await context.tools.keeper({ url });
    return kept(url).then(() => 'fetched', (error) => error.code);
  },
});
`;

type Seen = { method: string; path: string; headers: Record<string, unknown>; body: string; cut: boolean };
type Site = { origin: string; requests: Seen[]; stop(): Promise<void> };

/** A site that echoes, redirects, compresses, is large, slow or odd. */
async function startSite(): Promise<Site> {
  const requests: Seen[] = [];
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const url = new URL(request.url ?? '/', 'http://site');
    const seen: Seen = {
      method: request.method ?? '',
      path: url.pathname,
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
      cut: false,
    };
    requests.push(seen);
    response.on('close', () => {
      seen.cut = !response.writableFinished;
    });
    switch (url.pathname) {
      case '/redirect':
        response.writeHead(Number(url.searchParams.get('status') ?? 302), {
          location: url.searchParams.get('to') ?? '',
        });
        return response.end();
      case '/large':
        for (let megabyte = 0; megabyte < 9 && !response.destroyed; megabyte += 1)
          response.write(Buffer.alloc(1024 * 1024));
        return response.end();
      case '/compressed':
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' });
        return response.end(gzipSync('the plain text'));
      case '/odd':
        response.writeHead(200, 'Gr\u00fc\u00dfe', { 'x-name': Buffer.from('日本').toString('latin1') });
        return response.end('odd');
      case '/empty':
        response.writeHead(204);
        return response.end();
      case '/cut':
        return response.destroy();
      case '/silent':
        return undefined;
      default:
        response.writeHead(200, { 'content-type': 'text/plain', 'x-seen': 'yes' });
        return response.end('hello');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Fetched = {
  status: number;
  url: string;
  redirected: boolean;
  headers: Record<string, string>;
  text: string;
  length: number;
};

/** Fetches through a tool, as a run does. */
async function fetching(tool: string, url: string, more: Record<string, unknown> = {}) {
  const run = await world.client.run('fetching', { tool, input: { url, ...more } });
  return { ...run, output: run.output as Fetched };
}

describe('a tool’s fetch', () => {
  it('sends method, headers and body, and hands back what was answered', async () => {
    const run = await fetching('declared', `${site.origin}/orders?id=7`, {
      init: {
        method: 'POST',
        headers: { 'x-trace': 't-1', 'content-type': 'application/json' },
        body: '{"amount":5}',
      },
    });
    expect(run.output).toMatchObject({
      status: 200,
      statusText: 'OK',
      ok: true,
      url: `${site.origin}/orders?id=7`,
      redirected: false,
      headers: { 'x-seen': 'yes' },
      text: 'hello',
    });
    expect(site.requests).toMatchObject([
      {
        method: 'POST',
        path: '/orders',
        headers: { 'x-trace': 't-1', 'content-type': 'application/json' },
        body: '{"amount":5}',
      },
    ]);
  });

  it('reads a compressed answer, and an empty one', async () => {
    expect((await fetching('declared', `${site.origin}/compressed`)).output).toMatchObject({
      text: 'the plain text',
    });
    expect((await fetching('declared', `${site.origin}/empty`)).output).toMatchObject({
      status: 204,
      text: '',
    });
  });

  it('takes an answer with bytes in its headers that are no ASCII', async () => {
    expect((await fetching('declared', `${site.origin}/odd`)).output).toMatchObject({
      status: 200,
      text: 'odd',
    });
  });

  it('reaches this machine by name as well, when the name is what was declared', async () => {
    const named = site.origin.replace('127.0.0.1', 'localhost');
    expect((await fetching('local', `${named}/`)).output).toMatchObject({ text: 'hello', url: `${named}/` });
    expect(await fetching('local', `${site.origin}/`)).toMatchObject({ error: { code: 'network_denied' } });
  });

  it.each([
    ['declared', () => other.origin, 'not in the `network`'],
    ['silent', () => site.origin, 'not in the `network`'],
    ['declared', () => 'https://example.com', 'not in the `network`'],
    ['declared', () => 'file:///etc/passwd', 'Only https'],
    ['declared', () => 'data:text/plain,hello', 'Only https'],
    ['declared', () => site.origin.replace('//', '//user:secret@'), ''],
  ])('refuses with %s what is not declared (%#)', async (tool, url, why) => {
    const run = await fetching(tool, url());
    expect(run.status).toBe('failed');
    expect(run.error?.message).toMatch(new RegExp(why, 'i'));
    expect([...site.requests, ...other.requests]).toEqual([]);
  });

  it('follows a redirect to what is declared, as fetch does', async () => {
    const run = await fetching('declared', `${site.origin}/redirect?to=/end&status=303`, {
      init: {
        method: 'POST',
        body: 'once',
        headers: { 'content-type': 'text/plain', authorization: 'Bearer t' },
      },
    });
    expect(run.output).toMatchObject({ redirected: true, url: `${site.origin}/end`, text: 'hello' });
    expect(site.requests[1]).toMatchObject({
      method: 'GET',
      body: '',
      headers: { authorization: 'Bearer t' },
    });
    expect(site.requests[1]?.headers).not.toHaveProperty('content-type');

    await fetching('declared', `${site.origin}/redirect?to=/end&status=307`, {
      init: { method: 'PUT', body: 'twice' },
    });
    expect(site.requests.at(-1)).toMatchObject({ method: 'PUT', body: 'twice', path: '/end' });
  });

  it('refuses a redirect to what is not declared, one too many, and one that it shall not follow', async () => {
    const away = await fetching('declared', `${site.origin}/redirect?to=${other.origin}/secret`);
    expect(away.error).toMatchObject({ code: 'network_denied' });
    expect(other.requests).toEqual([]);
    const round = await fetching(
      'declared',
      `${site.origin}/redirect?to=${encodeURIComponent('/redirect?to=/redirect')}`,
    );
    expect(round.error?.code).toBe('redirect_refused');
    const url = `${site.origin}/redirect?to=/end`;
    expect(await fetching('declared', url, { init: { redirect: 'error' } })).toMatchObject({
      error: { code: 'redirect_refused' },
    });
    expect((await fetching('declared', url, { init: { redirect: 'manual' } })).output).toMatchObject({
      status: 302,
    });
  });

  it('refuses an answer that is too large, and a body that is', async () => {
    const answer = await fetching('declared', `${site.origin}/large`);
    expect(answer.error).toMatchObject({
      code: 'response_too_large',
      message: expect.stringContaining('page by page'),
    });
    const body = await fetching('declared', `${site.origin}/`, {
      init: { method: 'POST' },
      size: 20_000_000,
    });
    expect(body.error).toMatchObject({ code: 'message_too_large' });
  });

  it('says what went wrong with the connection', async () => {
    const run = await fetching('declared', `${site.origin}/cut`, { init: { method: 'POST' } });
    expect(run.error).toMatchObject({ code: 'fetch_failed', message: expect.stringContaining(site.origin) });
  });

  it('is cut on the wire when the tool gives it up', async () => {
    const run = await fetching('declared', `${site.origin}/silent`, { within: 50 });
    expect(run.error?.message).toMatch(/timeout/);
    await expect.poll(() => site.requests.at(-1)?.cut).toBe(true);
  });

  it('ends with its call: what nobody waited for is cut, and later there is none', async () => {
    expect((await fetching('forgetful', `${site.origin}/silent`)).output).toBe('gone');
    await expect.poll(() => site.requests.every(({ cut }) => cut)).toBe(true);
    expect((await world.client.run('late', { url: `${site.origin}/` })).output).toBe('fetch_outside_call');
  });
});
