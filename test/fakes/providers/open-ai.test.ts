import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeOpenAi } from './index.ts';

const headers = { authorization: 'Bearer sk-fake', 'content-type': 'application/json' };

describe('the fake of Chat Completions', () => {
  let fake: FakeProvider;
  beforeEach(async () => {
    fake = await startFakeOpenAi({ models: ['small', 'large'] });
  });
  afterEach(() => fake.stop());

  const post = (body: object, extra: object = {}) =>
    fetch(`${fake.baseURL}/chat/completions`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      ...extra,
    });
  const question = { model: 'small', messages: [{ role: 'user', content: 'hello?' }] };

  it('answers whole', async () => {
    fake.reply({ text: 'hello you', usage: { inputTokens: 10, outputTokens: 2, cacheReadTokens: 4 } });
    const body = await (await post(question)).json();
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'small',
      choices: [{ message: { role: 'assistant', content: 'hello you' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 2,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    });
  });

  it('streams text in pieces, then the reason, the usage that was asked for, and [DONE]', async () => {
    fake.reply({ chunks: ['hel', 'lo'], usage: { inputTokens: 3, outputTokens: 2 } });
    const events = await eventsOf(
      await post({ ...question, stream: true, stream_options: { include_usage: true } }),
    );
    expect(events.map((event) => event.choices?.[0]?.delta?.content)).toEqual([
      '',
      'hel',
      'lo',
      undefined,
      undefined,
      undefined,
    ]);
    expect(events.at(-3)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: null });
    expect(events.at(-2)).toMatchObject({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } });
    expect(events.at(-1)).toBe('[DONE]');
  });

  it('streams no usage that was not asked for', async () => {
    fake.reply({ text: 'hello' });
    const text = await (await post({ ...question, stream: true })).text();
    expect(text).not.toContain('usage');
  });

  it('streams the arguments of tool calls in fragments', async () => {
    fake.reply({ toolCalls: [{ name: 'find', input: { query: 'lost parcel' } }] });
    const events = await eventsOf(await post({ ...question, stream: true }));
    const deltas = events.flatMap((event) => event.choices?.[0]?.delta?.tool_calls ?? []);
    expect(deltas[0]).toEqual({
      index: 0,
      id: 'call_1_0',
      type: 'function',
      function: { name: 'find', arguments: '' },
    });
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.map((delta) => delta.function.arguments).join('')).toBe('{"query":"lost parcel"}');
    expect(events.at(-2)?.choices[0].finish_reason).toBe('tool_calls');
  });

  it('refuses as the real one does: no key, no messages, no such path, nothing scripted', async () => {
    const noKey = await post(question, { headers: { 'content-type': 'application/json' } });
    expect([noKey.status, await noKey.json()]).toMatchObject([401, { error: { code: 'invalid_api_key' } }]);
    expect((await post({ model: 'small' })).status).toBe(400);
    expect((await fetch(`${fake.url}/v2`, { method: 'POST' })).status).toBe(404);
    expect(await (await post(question)).json()).toMatchObject({ error: { code: 'nothing_scripted' } });
  });

  it('limits the rate with Retry-After, and keeps the reply for the next try', async () => {
    fake.reply({ text: 'now' });
    fake.fault('rate_limited', { retryAfter: 7, retryAfterMs: 6500 });
    const limited = await post(question);
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('7');
    expect(limited.headers.get('retry-after-ms')).toBe('6500');
    expect(await limited.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect((await post(question)).status).toBe(200);
  });

  it('cuts a stream after so many pieces, abruptly or in order', async () => {
    fake.reply({ chunks: ['one ', 'two ', 'three'] });
    fake.fault('cut_stream', { afterChunks: 2 });
    await expect(post({ ...question, stream: true }).then((response) => response.text())).rejects.toThrow();
    fake.fault('cut_stream', { afterChunks: 2, clean: true });
    const text = await (await post({ ...question, stream: true })).text();
    expect(text).toContain('two ');
    expect(text).not.toContain('three');
    expect(text).not.toContain('[DONE]');
  });

  it('cuts before the closing events when there are fewer pieces', async () => {
    fake.reply({ chunks: ['one'] });
    fake.fault('cut_stream', { afterChunks: 9, clean: true });
    const text = await (await post({ ...question, stream: true })).text();
    expect(text).toContain('one');
    expect(text).not.toContain('finish_reason":"stop"');
  });

  it('spoils as many calls as it is told', async () => {
    fake.reply({ text: 'at last' });
    fake.fault('server_error', { times: 2 });
    const statuses = [
      (await post(question)).status,
      (await post(question)).status,
      (await post(question)).status,
    ];
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('leaves arguments unfinished', async () => {
    fake.reply({ toolCalls: [{ name: 'find', input: { query: 'x' } }] });
    fake.fault('malformed_tool_arguments');
    expect(await (await post(question)).json()).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { arguments: '{"query":"x"' } }] } }],
    });
  });

  it('records what it was asked, and decides by it', async () => {
    fake.answer(({ text }) => ({ text: text.toUpperCase() }));
    const parts = [
      { type: 'text', text: 'make it ' },
      { type: 'text', text: 'loud' },
    ];
    const response = await post({ model: 'large', messages: [{ role: 'user', content: parts }] });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'MAKE IT LOUD' } }] });
    expect(fake.requests).toMatchObject([
      { model: 'large', stream: false, text: 'make it loud', aborted: false },
    ]);
    expect(fake.requests[0]?.headers.authorization).toBe('Bearer sk-fake');
  });

  it('lists its models', async () => {
    const body = await (await fetch(`${fake.baseURL}/models`)).json();
    expect(body).toMatchObject({ object: 'list', data: [{ id: 'small' }, { id: 'large' }] });
  });
});

async function eventsOf(response: Response) {
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const lines = (await response.text()).split('\n\n').filter((line) => line !== '');
  return lines.map((line) => {
    const data = line.replace(/^data: /, '');
    return data === '[DONE]' ? data : JSON.parse(data);
  });
}
