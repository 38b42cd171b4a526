import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelFetch, type ModelFetch } from './create-model-fetch.ts';

type Handler = (message: IncomingMessage, response: ServerResponse) => void;

describe('the fetch of the model gateway', () => {
  const sockets = new Set<Socket>();
  let handle: Handler;
  let url: string;
  let client: ModelFetch;
  let stop: () => void;

  beforeEach(async () => {
    const server = createServer((message, response) => handle(message, response));
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = createModelFetch();
    stop = () => {
      server.close();
      server.closeAllConnections();
    };
  });
  afterEach(async () => {
    sockets.clear();
    stop();
    await client.close();
  });

  const echo: Handler = async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    response.setHeader('content-type', 'application/json');
    const { method, url: path, headers } = message;
    response.end(JSON.stringify({ method, path, headers, body: Buffer.concat(chunks).toString() }));
  };

  it('sends method, headers and body, and returns a real Response', async () => {
    handle = echo;
    const response = await client.fetch(`${url}/v1/chat?stream=1`, {
      method: 'post',
      headers: { 'content-type': 'application/json', 'x-a': '1' },
      body: '{"a":"ü"}',
    });
    expect(response).toBeInstanceOf(Response);
    expect(response.ok).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      method: 'POST',
      path: '/v1/chat?stream=1',
      headers: { 'content-type': 'application/json', 'x-a': '1' },
      body: '{"a":"ü"}',
    });
  });

  it('sends bytes, forms, streams and whole Requests', async () => {
    handle = echo;
    const send = async (body: NonNullable<RequestInit['body']>) =>
      (await client.fetch(url, { method: 'POST', body })).json();
    expect(await send(new TextEncoder().encode('bytes'))).toMatchObject({ body: 'bytes' });
    expect(await send(new URLSearchParams({ a: 'b' }))).toMatchObject({
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      body: 'a=b',
    });
    expect(await send(new Blob(['from a stream']).stream())).toMatchObject({ body: 'from a stream' });
    const request = new Request(`${url}/r`, { method: 'PUT', headers: { 'x-a': '2' }, body: 'whole' });
    expect(await (await client.fetch(request)).json()).toMatchObject({
      method: 'PUT',
      path: '/r',
      body: 'whole',
    });
  });

  it('hands out the first bytes before the last are sent', async () => {
    let finish = () => {};
    handle = (_, response) => {
      response.write('first');
      finish = () => response.end('last');
    };
    const reader = ((await client.fetch(url)).body ?? expect.fail())
      .pipeThrough(new TextDecoderStream())
      .getReader();
    expect(await reader.read()).toEqual({ done: false, value: 'first' });
    finish();
    expect(await reader.read()).toEqual({ done: false, value: 'last' });
    expect((await reader.read()).done).toBe(true);
  });

  it('keeps a large body whole when it is read slowly', async () => {
    const large = 'x'.repeat(3_000_000);
    handle = (_, response) => response.end(large);
    expect((await (await client.fetch(url)).text()).length).toBe(large.length);
  });

  it('keeps its connections for the next calls', async () => {
    handle = echo;
    for (let call = 0; call < 10; call += 1) await (await client.fetch(url)).text();
    // A call may begin in the moment before the one before gives its connection back.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('rejects with the reason of its signal: before, while waiting, and within the body', async () => {
    const reason = new Error('enough');
    await expect(client.fetch(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    const waiting = new AbortController();
    handle = () => waiting.abort(reason);
    await expect(client.fetch(url, { signal: waiting.signal })).rejects.toBe(reason);

    const reading = new AbortController();
    const left = new Promise<void>((resolve) => {
      handle = (_, response) => {
        response.write('first');
        response.on('close', resolve);
      };
    });
    const response = await client.fetch(url, { signal: reading.signal });
    const text = response.text();
    reading.abort(reason);
    await expect(text).rejects.toBe(reason);
    await left;
  });

  it('closes the connection when the body is no longer wanted', async () => {
    const left = new Promise<void>((resolve) => {
      handle = (_, response) => {
        response.write('first');
        response.on('close', resolve);
      };
    });
    const response = await client.fetch(url);
    await response.body?.cancel();
    await left;
  });

  it('fails a body whose connection breaks', async () => {
    handle = (_, response) => {
      response.write('first', () => response.destroy());
    };
    const response = await client.fetch(url);
    await expect(response.text()).rejects.toThrow();
  });

  it('names the reason when it cannot connect', async () => {
    stop();
    const failure = client.fetch(url);
    await expect(failure).rejects.toThrow(new TypeError('fetch failed'));
    await expect(failure).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('cuts what is under way when it is closed', async () => {
    handle = (_, response) => {
      response.write('first');
    };
    const response = await client.fetch(url);
    const text = response.text();
    await Promise.all([client.close(), expect(text).rejects.toThrow()]);
  });

  it('does not follow redirects', async () => {
    handle = (_, response) => response.writeHead(307, { location: 'http://elsewhere.invalid/' }).end();
    const response = await client.fetch(url, { method: 'POST', body: 'secret' });
    expect(response.status).toBe(307);
  });

  it('reads what a proxy compressed unasked', async () => {
    handle = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync('squeezed'));
    };
    const response = await client.fetch(url);
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(await response.text()).toBe('squeezed');
  });

  it('keeps repeated headers apart, and knows an empty answer', async () => {
    handle = (_, response) => response.writeHead(204, { 'set-cookie': ['a=1', 'b=2'] }).end();
    const response = await client.fetch(url);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.body).toBeNull();
  });
});
