import { describe, expect, it } from 'vitest';
import type { FetchResponse, FromHost } from '../protocol.ts';
import { FetchProxy } from './fetch-proxy.ts';

const RESPONSE: FetchResponse = {
  status: 200,
  statusText: 'OK',
  url: 'https://api.example.com/end',
  redirected: true,
  headers: [
    ['content-type', 'application/json'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ],
  body: btoa('{"found":true}'),
};

function open() {
  const sent: FromHost[] = [];
  const proxy = new FetchProxy((message) => sent.push(message));
  const call = new AbortController();
  return { sent, proxy, call, fetch: proxy.for(7, call.signal) };
}
const asked = (sent: FromHost[]) => expect.poll(() => sent.length).toBeGreaterThan(0);

describe('a tool’s fetch, at the host’s end', () => {
  it('asks the worker, for its own call, with what fetch was given', async () => {
    const { sent, fetch } = open();
    void fetch(new URL('https://api.example.com/orders'), {
      method: 'POST',
      headers: { 'X-Own': '1' },
      body: 'grüße',
    });
    await asked(sent);
    expect(sent).toEqual([
      {
        type: 'fetch',
        fetch: 1,
        request: 7,
        call: {
          url: 'https://api.example.com/orders',
          method: 'POST',
          headers: [
            ['content-type', 'text/plain;charset=UTF-8'],
            ['x-own', '1'],
          ],
          body: Buffer.from('grüße').toString('base64'),
          redirect: 'follow',
        },
      },
    ]);
  });

  it('takes whatever fetch takes', async () => {
    const { sent, fetch } = open();
    const form = new FormData();
    form.set('name', 'Ada');
    void fetch('https://api.example.com/', { method: 'PUT', body: form, redirect: 'manual' });
    void fetch(new Request('https://api.example.com/', { method: 'DELETE' }));
    await expect.poll(() => sent.length).toBe(2);
    const calls = new Map(
      sent.flatMap((message) => (message.type === 'fetch' ? [[message.call.method, message.call]] : [])),
    );
    expect(calls.get('DELETE')).toMatchObject({ body: null, redirect: 'follow' });
    const put = calls.get('PUT');
    expect(put).toMatchObject({
      redirect: 'manual',
      headers: [['content-type', expect.stringContaining('boundary=')]],
    });
    expect(atob(String(put?.body))).toContain('name="name"');
  });

  it('answers with a Response like any other', async () => {
    const { sent, proxy, fetch } = open();
    const pending = fetch('https://api.example.com/start');
    await asked(sent);
    proxy.answer(1, RESPONSE);
    const response = await pending;
    expect(response).toMatchObject({
      ok: true,
      status: 200,
      url: 'https://api.example.com/end',
      redirected: true,
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ found: true });
  });

  it.each([204, 304])('answers with a body that is null where the status has none: %d', async (status) => {
    const { sent, proxy, fetch } = open();
    const pending = fetch('https://api.example.com/');
    await asked(sent);
    proxy.answer(1, { ...RESPONSE, status, body: '' });
    expect((await pending).body).toBeNull();
  });

  it('throws what the worker refused', async () => {
    const { sent, proxy, fetch } = open();
    const pending = fetch('https://evil.example.com/');
    await asked(sent);
    proxy.answer(1, { error: { code: 'network_denied', message: 'Not declared.', denied: true } });
    await expect(pending).rejects.toMatchObject({ code: 'network_denied', denied: true });
  });

  it.each([
    ['a status text', { statusText: 'Gr\u{1f600}' }],
    ['a header', { headers: [['x-name', '日本']] as [string, string][] }],
    ['a status', { status: 42 }],
  ])('throws at that one fetch when %s is none that a Response may have', async (_, odd) => {
    const { sent, proxy, fetch } = open();
    const pending = fetch('https://api.example.com/');
    await asked(sent);
    proxy.answer(1, { ...RESPONSE, ...odd });
    await expect(pending).rejects.toThrow();
  });

  it('tells the worker when it is given up, and hears no answer any more', async () => {
    const { sent, proxy, fetch } = open();
    const own = new AbortController();
    const pending = fetch('https://api.example.com/', { signal: own.signal });
    await asked(sent);
    own.abort(new Error('changed my mind'));
    await expect(pending).rejects.toThrow('changed my mind');
    expect(sent.at(-1)).toEqual({ type: 'fetch-aborted', fetch: 1 });
    proxy.answer(1, RESPONSE);
  });

  it('ends with its call, and does not begin after it', async () => {
    const { sent, call, fetch } = open();
    const pending = fetch('https://api.example.com/');
    await asked(sent);
    call.abort(new Error('cancelled'));
    await expect(pending).rejects.toThrow('cancelled');
    await expect(fetch('https://api.example.com/')).rejects.toThrow('cancelled');
    expect(sent.filter(({ type }) => type === 'fetch')).toHaveLength(1);
  });
});
