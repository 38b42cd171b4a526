import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeAnthropic } from './index.ts';

const headers = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' };

describe('the fake of Messages', () => {
  let fake: FakeProvider;
  beforeEach(async () => {
    fake = await startFakeAnthropic();
  });
  afterEach(() => fake.stop());

  const post = (body: object, sent: Record<string, string> = headers) =>
    fetch(`${fake.baseURL}/messages`, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  const question = { model: 'small', max_tokens: 100, messages: [{ role: 'user', content: 'hello?' }] };

  it('answers whole, counting the cache beside the input', async () => {
    fake.reply({
      text: 'hello',
      toolCalls: [{ name: 'find', input: { q: 1 } }],
      usage: { inputTokens: 100, outputTokens: 5, cacheReadTokens: 60, cacheWriteTokens: 30 },
    });
    expect(await (await post(question)).json()).toMatchObject({
      type: 'message',
      content: [
        { type: 'text', text: 'hello' },
        { type: 'tool_use', id: 'toolu_1_0', name: 'find', input: { q: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: 30,
        output_tokens: 5,
      },
    });
  });

  it('streams blocks between message_start and message_stop', async () => {
    fake.reply({
      reasoning: 'hm',
      chunks: ['a', 'b'],
      toolCalls: [{ name: 'find', input: {} }],
      usage: { outputTokens: 9 },
    });
    const events = await eventsOf(await post({ ...question, stream: true }));
    expect(events.map(({ name, data }) => [name, data.type])).toEqual(events.map(({ name }) => [name, name]));
    expect(events.map(({ data }) => data.delta?.type ?? data.content_block?.type ?? data.type)).toEqual([
      'message_start',
      'ping',
      'thinking',
      'thinking_delta',
      'signature_delta',
      'content_block_stop',
      'text',
      'text_delta',
      'text_delta',
      'content_block_stop',
      'tool_use',
      'input_json_delta',
      'input_json_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events.at(-2)?.data).toMatchObject({
      delta: { stop_reason: 'tool_use' },
      usage: { output_tokens: 9 },
    });
  });

  it('refuses as the real one does: no key, no version, a missing field', async () => {
    const noKey = await post(question, {});
    expect([noKey.status, await noKey.json()]).toMatchObject([
      401,
      { type: 'error', error: { type: 'authentication_error' } },
    ]);
    expect((await post(question, { 'x-api-key': 'k' })).status).toBe(400);
    expect((await post({ model: 'small', messages: [] })).status).toBe(400);
  });

  it('is overloaded with 529, and says so within a stream too', async () => {
    fake.reply({ chunks: ['one ', 'two'] });
    fake.fault('server_error');
    const overloaded = await post(question);
    expect([overloaded.status, await overloaded.json()]).toMatchObject([
      529,
      { error: { type: 'overloaded_error' } },
    ]);
    fake.fault('stream_error', { afterChunks: 1 });
    const events = await eventsOf(await post({ ...question, stream: true }));
    expect(events.at(-1)).toEqual({
      name: 'error',
      data: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    });
    expect(events.some(({ name }) => name === 'message_stop')).toBe(false);
  });
});

async function eventsOf(response: Response) {
  const blocks = (await response.text()).split('\n\n').filter((block) => block !== '');
  return blocks.map((block) => {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    return { name, data: JSON.parse(data ?? 'null') };
  });
}
