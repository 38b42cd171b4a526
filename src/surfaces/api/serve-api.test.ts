import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import type { Run } from './schemas/run.ts';
import { type Served, serveApi } from './serve-api.ts';
import { deploySupport, openTestApi, type TestApi } from './testing/open-test-api.ts';
import { finishRun } from './testing/play-worker.ts';
import { bodyOf } from './testing/read-body.ts';
import { EventReader } from './testing/read-events.ts';

let api: TestApi;
let key: string;
let served: Served;
beforeAll(async () => {
  api = await openTestApi();
  key = await api.keyFor('acme', 'admin');
  await deploySupport(api, key);
  served = await serveApi(api.parts, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await served.close();
  await api.drop();
});

const headers = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const submit = (url = served.url) =>
  fetch(`${url}/v1/runs`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify({ agent: 'support', input: 'hi' }),
  });

describe('over a socket', () => {
  it('a run is submitted, followed and read', async () => {
    const response = await submit();
    expect(response.status).toBe(202);
    const { id } = await bodyOf<Run>(response);
    const stream = await fetch(`${served.url}/v1/runs/${id}/events`, { headers: headers() });
    const events = new EventReader(stream.body);
    expect(await events.next()).toMatchObject({ id: '0.0' });
    await finishRun(api, id, 'done');
    expect((await events.rest()).map(({ event }) => event)).toEqual(['entry', 'end']);
    const run = await fetch(`${served.url}/v1/runs/${id}`, { headers: headers() });
    expect(await run.json()).toMatchObject({ status: 'succeeded', output: 'done' });
  });

  it('many runs are submitted at once', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => submit()));
    const ids = await Promise.all(answers.map(async (answer) => (await bodyOf<Run>(answer)).id));
    expect(new Set(ids).size).toBe(60);
  });

  it.each([
    ['that says so', { 'content-length': String(50 * 1024 * 1024) }],
    ['that does not say so', { 'transfer-encoding': 'chunked' }],
  ])('a body that is too large, and %s, is refused while it is sent', async (_, framing) => {
    const sending = request(`${served.url}/v1/runs`, {
      method: 'POST',
      headers: { ...headers(), ...framing },
    });
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    // The server may cut the rest off, once it has answered.
    sending.on('error', () => undefined);
    const send = () => {
      while (sent < 40 && !sending.destroyed) {
        sent += 1;
        if (!sending.write(chunk)) return;
      }
    };
    sending.on('drain', send);
    send();
    const [response] = await once(sending, 'response');
    expect(response.statusCode).toBe(413);
    let text = '';
    for await (const part of response) text += part;
    expect(JSON.parse(text)).toMatchObject({ code: 'body_too_large' });
    sending.destroy();
  });

  it('a body without its length is taken, as a proxy sends it', async () => {
    const response = await fetch(`${served.url}/v1/runs`, {
      method: 'POST',
      headers: headers(),
      body: new Blob(['{"agent": "support", ', '"input": "hi"}']).stream(),
      duplex: 'half',
    });
    expect(response.status).toBe(202);
    expect(await bodyOf<Run>(response)).toMatchObject({ input: 'hi' });
  });

  it.each([
    ['POST', '/v1/runs'],
    ['PUT', '/v1/limits'],
    ['PUT', '/v1/kill-switches'],
    ['POST', '/v1/chat/completions'],
  ])('a request without a body is refused: %s %s', async (method, path) => {
    const socket = connect(served.port, '127.0.0.1');
    socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`,
    );
    let answer = '';
    for await (const part of socket) answer += part;
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('invalid_request');
  });

  it.each([
    ['an odd target', 'GET /a\\b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    ['an odd Host', 'GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
  ])('a request with %s is refused as a problem', async (_, text) => {
    const socket = connect(served.port, '127.0.0.1');
    socket.end(text);
    let answer = '';
    for await (const part of socket) answer += part;
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"code":"invalid_request"');
  });

  it('a body that never comes is no run', async () => {
    const before = await api.owner.query('SELECT count(*) FROM run');
    const socket = connect(served.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"agent": "supp`,
    );
    socket.destroy();
    await once(socket, 'close');
    expect((await submit()).status).toBe(202);
    const after = await api.owner.query('SELECT count(*) FROM run');
    expect(Number(after.rows[0].count)).toBe(Number(before.rows[0].count) + 1);
  });

  it('a client that goes leaves nothing behind', async () => {
    const clock = new ManualClock();
    const own = await serveApi({ ...api.parts, clock }, { host: '127.0.0.1', port: 0 });
    const { id } = await bodyOf<Run>(await submit());
    const gone = new AbortController();
    const stream = await fetch(`${own.url}/v1/runs/${id}/events`, {
      headers: headers(),
      signal: gone.signal,
    });
    await new EventReader(stream.body).next();
    await vi.waitFor(() => expect(clock.sleeping).toBe(2), { timeout: 10_000 });
    gone.abort();
    await vi.waitFor(
      async () => {
        await clock.advance(100);
        expect(clock.sleeping).toBe(0);
      },
      { timeout: 10_000 },
    );
    await own.close();
  });

  it('a client that waits for a run and goes leaves nothing behind', async () => {
    const clock = new ManualClock();
    const own = await serveApi({ ...api.parts, clock }, { host: '127.0.0.1', port: 0 });
    const gone = new AbortController();
    const waiting = fetch(`${own.url}/v1/runs`, {
      method: 'POST',
      headers: { ...headers(), prefer: 'wait=60' },
      body: JSON.stringify({ agent: 'support', input: 'hi' }),
      signal: gone.signal,
    });
    await vi.waitFor(() => expect(clock.sleeping).toBe(2), { timeout: 10_000 });
    gone.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await vi.waitFor(
      async () => {
        await clock.advance(100);
        expect(clock.sleeping).toBe(0);
      },
      { timeout: 10_000 },
    );
    await own.close();
  });
});

describe('the server', () => {
  it('says what to do when its port is taken', async () => {
    await expect(serveApi(api.parts, { host: '127.0.0.1', port: served.port })).rejects.toMatchObject({
      code: 'port_in_use',
      message: `Port ${served.port} on 127.0.0.1 is taken by another program. Stop that program, or choose another port with BULKHEAD_PORT.`,
    });
  });

  it('says what is wrong with an address that it cannot have', async () => {
    await expect(serveApi(api.parts, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'cannot_listen',
    });
  });

  it('ends its event streams when it closes, and closes', async () => {
    const own = await serveApi(api.parts, { host: '127.0.0.1', port: 0 });
    const { id } = await bodyOf<Run>(await submit());
    const stream = await fetch(`${own.url}/v1/runs/${id}/events`, { headers: headers() });
    const events = new EventReader(stream.body);
    await events.next();
    await own.close();
    expect(await events.rest()).toEqual([]);
    await expect(fetch(`${own.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('finishes what it was asked to wait for when it closes', async () => {
    const own = await serveApi(api.parts, { host: '127.0.0.1', port: 0 });
    const waiting = fetch(`${own.url}/v1/runs`, {
      method: 'POST',
      headers: { ...headers(), prefer: 'wait=60' },
      body: JSON.stringify({ agent: 'support', input: 'hi', session: 'closing' }),
    });
    await vi.waitFor(
      async () => {
        const { rows } = await api.owner.query("SELECT 1 FROM run WHERE session = 'closing'");
        expect(rows).toHaveLength(1);
      },
      { timeout: 10_000 },
    );
    await own.close();
    expect((await waiting).status).toBe(202);
  });
});
