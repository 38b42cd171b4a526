import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeProvider,
  startFakeAnthropic,
  startFakeGoogle,
  startFakeMistral,
  startFakeOpenAi,
} from '../../../../test/fakes/providers/index.ts';
import { callModel } from './call-model.ts';
import { createModelRegistry, type ModelRegistry } from './create-model-registry.ts';

const prompt: LanguageModelV4CallOptions['prompt'] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'text', text: 'Where is order 7?' }] },
];
const tools: LanguageModelV4CallOptions['tools'] = [
  {
    type: 'function',
    name: 'find_order',
    description: 'Finds an order.',
    inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  },
];

const openServer = () => startFakeOpenAi({ open: true });

describe.each([
  { name: 'openai/gpt-5-mini', start: startFakeOpenAi, variables: {} },
  {
    name: 'openai-compatible/org/model',
    start: openServer,
    variables: { OPENAI_BASE_URL: 'BULKHEAD_OPENAI_COMPATIBLE_URL' },
  },
  { name: 'ollama/llama3.2:3b', start: openServer, variables: { OPENAI_BASE_URL: 'OLLAMA_BASE_URL' } },
  { name: 'anthropic/claude-haiku-4-5', start: startFakeAnthropic, variables: {} },
  {
    name: 'mistral/mistral-small-latest',
    start: startFakeMistral,
    variables: {},
    // Its package knows no failure within a stream.
    streamFailure: 'provider_bad_response',
  },
  {
    name: 'google/gemini-3.5-flash-lite',
    start: startFakeGoogle,
    variables: {},
    // Its first event is a piece of the answer: what breaks off before has not begun.
    beforeFirst: 'provider_unavailable',
    // Its interface sends arguments as an object, and its package does not tell which model answered.
    sendsText: false,
    tellsModel: false,
  },
])('$name over HTTP', ({ name, start, variables, ...peculiar }) => {
  const {
    sendsText = true,
    tellsModel = true,
    beforeFirst,
    streamFailure = 'provider_unavailable',
  } = peculiar;
  let fake: FakeProvider;
  let registry: ModelRegistry;

  beforeEach(async () => {
    fake = await start();
    const renamed: Record<string, string | undefined> = variables;
    const entries = Object.entries(fake.environment).map(([variable, value]) => [
      renamed[variable] ?? variable,
      value,
    ]);
    registry = createModelRegistry({ environment: Object.fromEntries(entries) });
  });
  afterEach(async () => {
    await fake.stop();
    await registry.close();
  });

  const call = async (settings: object = {}, options: Partial<LanguageModelV4CallOptions> = {}) =>
    callModel(await registry.resolve(name), { prompt, tools, ...options }, { name, ...settings });
  const failure = (settings: object = {}) =>
    call(settings).then(
      () => expect.fail('the call should have failed'),
      (error: unknown) => error,
    );

  it('streams text, and counts as the provider does', async () => {
    fake.reply({
      chunks: ['It ', 'is ', 'near.'],
      usage: { inputTokens: 50, outputTokens: 4, cacheReadTokens: 20 },
      model: 'the-model-that-answered',
    });
    const heard: string[] = [];
    const response = await call({ onDelta: (text: string) => heard.push(text) });
    expect(heard).toEqual(['It ', 'is ', 'near.']);
    expect(response).toMatchObject({
      content: [{ type: 'text', text: 'It is near.' }],
      finishReason: 'stop',
      usage: { inputTokens: 50, outputTokens: 4, cacheReadTokens: 20 },
      model: name,
      ...(tellsModel ? { responseModel: 'the-model-that-answered' } : {}),
    });
    expect(response.usageEstimated).toBeUndefined();
    expect(JSON.parse(JSON.stringify(response))).toStrictEqual(response);
  });

  it('sends the prompt and the tools', async () => {
    fake.reply({ text: 'ok' });
    await call();
    expect(fake.requests).toMatchObject([
      { text: 'Where is order 7?', stream: true, model: name.slice(name.indexOf('/') + 1) },
    ]);
    expect(JSON.stringify(fake.requests[0]?.body)).toContain('Finds an order.');
    expect(JSON.stringify(fake.requests[0]?.body)).toContain('Be brief.');
  });

  it('puts tool calls together from their fragments, after the text', async () => {
    fake.reply({
      text: 'One moment.',
      toolCalls: [
        { name: 'find_order', input: { id: 'a longer identifier' } },
        { name: 'find_order', input: { id: '7', nested: [{ deep: null }] } },
      ],
    });
    const response = await call();
    expect(response.finishReason).toBe('tool-calls');
    expect(response.content).toMatchObject([
      { type: 'text', text: 'One moment.' },
      { type: 'tool-call', toolName: 'find_order', input: { id: 'a longer identifier' } },
      { type: 'tool-call', toolName: 'find_order', input: { id: '7', nested: [{ deep: null }] } },
    ]);
    const ids = response.content.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []));
    expect(new Set(ids).size).toBe(2);
  });

  it.runIf(sendsText)('returns arguments that are no JSON as they came', async () => {
    fake.reply({ toolCalls: [{ name: 'find_order', input: { id: '7' } }] });
    fake.fault('malformed_tool_arguments');
    expect((await call()).content).toMatchObject([{ type: 'tool-call', invalid: true, input: '{"id":"7"' }]);
  });

  it('waits as long as a rate limit asks', async () => {
    fake.fault('rate_limited', { retryAfter: 2 });
    expect(await failure()).toMatchObject({
      code: 'provider_rate_limited',
      retryable: true,
      retryAfter: 2_000,
    });
    fake.fault('rate_limited', { retryAfter: 9, retryAfterMs: 1_500 });
    expect(await failure()).toMatchObject({ retryAfter: 1_500 });
  });

  it.each([500, 503, 529])('is unavailable on %i', async (status) => {
    fake.fault('server_error', { status });
    expect(await failure()).toMatchObject({
      code: 'provider_unavailable',
      retryable: true,
      details: { status },
    });
  });

  it('repeats a refusal, but never a key', async () => {
    fake.fault('refused', { status: 400, message: 'The temperature is too high' });
    expect(await failure()).toMatchObject({
      code: 'provider_refused',
      retryable: false,
      message: expect.stringContaining('The temperature is too high'),
    });
    fake.fault('refused', { status: 401, message: 'Incorrect key: sk-fake-12345678' });
    const error = await failure();
    expect(error).toMatchObject({ code: 'provider_refused', details: { status: 401 } });
    expect(String(error)).not.toContain('sk-fake');
  });

  it.each([true, false])(
    'knows a stream that was cut (closed in order: %s), before and after the first text',
    async (clean) => {
      fake.reply({ chunks: ['one ', 'two ', 'three'] });
      for (const afterChunks of [0, 2, 3]) {
        fake.fault('cut_stream', { afterChunks, clean });
        expect(await failure({ onDelta: () => {} })).toMatchObject({
          code: afterChunks === 0 && !clean && beforeFirst ? beforeFirst : 'provider_stream_cut',
          retryable: afterChunks === 0,
          details: { streamed: afterChunks > 0 },
        });
      }
      expect((await call()).content).toEqual([{ type: 'text', text: 'one two three' }]);
    },
  );

  it('never takes a cut tool call for a whole one', async () => {
    fake.reply({ toolCalls: [{ name: 'find_order', input: { id: 'a longer identifier' } }] });
    fake.fault('cut_stream', { afterChunks: 3, clean: true });
    expect(await failure()).toMatchObject({ code: 'provider_stream_cut', retryable: true });
  });

  it('knows a failure within the stream', async () => {
    fake.reply({ chunks: ['one ', 'two '] });
    fake.fault('stream_error', { afterChunks: 1 });
    expect(await failure()).toMatchObject({ code: streamFailure, retryable: true });
    fake.fault('stream_error', { afterChunks: 0 });
    expect(await failure()).toMatchObject({ code: streamFailure, retryable: true });
  });

  it('knows an answer that cannot be read', async () => {
    fake.reply({ chunks: ['one ', 'two '] });
    fake.fault('garbled');
    expect(await failure()).toMatchObject({ code: 'provider_bad_response', status: 502 });
  });

  it('gives up on a provider that says nothing, at once or half-way', async () => {
    fake.reply({ chunks: ['one ', 'two '] });
    fake.fault('hang');
    expect(await failure({ stall: 60 })).toMatchObject({
      code: 'provider_unavailable',
      details: { reason: 'stalled' },
    });
    fake.fault('hang', { afterChunks: 1 });
    expect(await failure({ stall: 60 })).toMatchObject({
      code: 'provider_unavailable',
      details: { reason: 'stalled' },
    });
    await expect.poll(() => fake.requests.map((request) => request.aborted)).toEqual([true, true]);
  });

  it('bears a slow stream', async () => {
    fake.reply({ chunks: ['one ', 'two '] });
    fake.fault('slow', { delay: 5 });
    expect((await call()).content).toEqual([{ type: 'text', text: 'one two ' }]);
  });

  it('leaves the provider when the caller cancels', async () => {
    fake.reply({ chunks: ['one ', 'two '] });
    fake.fault('hang', { afterChunks: 1 });
    const stop = new AbortController();
    const reason = new Error('cancelled by the user');
    expect(await failure({ signal: stop.signal, onDelta: () => stop.abort(reason) })).toBe(reason);
    await expect.poll(() => fake.requests[0]?.aborted).toBe(true);
  });

  it('is unavailable when nothing listens', async () => {
    await fake.stop();
    expect(await failure()).toMatchObject({
      code: 'provider_unavailable',
      retryable: true,
      details: { reason: 'ECONNREFUSED' },
    });
  });

  describe('whole, for nobody who reads along', () => {
    const whole = (maxOutputTokens = 4_096) => call({ whole: true }, { maxOutputTokens });
    const asStreamed = () => call({}, { maxOutputTokens: 4_096 });
    const refused = (maxOutputTokens?: number, settings: object = {}) =>
      call({ whole: true, ...settings }, { maxOutputTokens: maxOutputTokens ?? 200 }).then(
        () => expect.fail('the call should have failed'),
        (error: unknown) => error,
      );

    it('is the same answer as from a stream', async () => {
      const reply = {
        text: 'One moment.',
        toolCalls: [
          { name: 'find_order', input: { id: 'a longer identifier' } },
          { name: 'find_order', input: { id: '7', nested: [{ deep: null }] } },
        ],
        usage: { inputTokens: 50, outputTokens: 4, cacheReadTokens: 20 },
        model: 'the-model-that-answered',
      };
      fake.reply(reply);
      fake.reply(reply);
      const [one, other] = [await whole(), await asStreamed()];
      expect(fake.requests.map(({ stream }) => stream)).toEqual([false, true]);
      const { responseId: _, respondedAt: __, ...said } = one;
      expect(other).toMatchObject(withoutIds(said));
      expect(one.usageEstimated).toBeUndefined();
      expect(JSON.parse(JSON.stringify(one))).toStrictEqual(one);
    });

    it('is asked as a stream where it may be so long that silence would tell nothing', async () => {
      fake.reply({ text: 'long' });
      fake.reply({ text: 'long' });
      await whole(4_097);
      await call({ whole: true });
      expect(fake.requests.map(({ stream }) => stream)).toEqual([true, true]);
    });

    it('fails as a stream does', async () => {
      fake.fault('rate_limited', { retryAfter: 2 });
      expect(await refused()).toMatchObject({ code: 'provider_rate_limited', retryAfter: 2_000 });
      fake.fault('server_error', { status: 503 });
      expect(await refused()).toMatchObject({ code: 'provider_unavailable', details: { status: 503 } });
      fake.fault('refused', { status: 400, message: 'The temperature is too high' });
      expect(await refused()).toMatchObject({ code: 'provider_refused', retryable: false });
      fake.fault('garbled');
      expect(await refused()).toMatchObject({ code: 'provider_bad_response' });
      fake.fault('hang');
      expect(await refused(200, { stall: 60 })).toMatchObject({
        code: 'provider_unavailable',
        details: { reason: 'stalled' },
      });
    });

    it('leaves the provider when the caller cancels', async () => {
      fake.fault('hang');
      const stop = new AbortController();
      const reason = new Error('cancelled by the user');
      const failing = refused(200, { signal: stop.signal });
      await expect.poll(() => fake.requests.length).toBe(1);
      stop.abort(reason);
      expect(await failing).toBe(reason);
      await expect.poll(() => fake.requests[0]?.aborted).toBe(true);
    });
  });
});

/** Ids of calls are made anew by some providers for each answer. */
function withoutIds<Answer extends { content: object[] }>(answer: Answer): object {
  return {
    ...answer,
    content: answer.content.map((part) =>
      'toolCallId' in part ? { ...part, toolCallId: expect.any(String) } : part,
    ),
  };
}
