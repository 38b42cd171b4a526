import { APIError, AuthenticationError, BadRequestError, RateLimitError } from 'openai';
import { describe, expect, it } from 'vitest';
import { BulkheadError } from '../../../../contract/errors.ts';
import { answer, CREATED_AT, delta, done, openAiApp, RUN, saying, started } from '../testing/open-ai-app.ts';
import { eventsOf } from '../testing/sse.ts';

const messages = [{ role: 'user' as const, content: 'Hello' }];
const body = { model: 'auto', messages };
const call = { type: 'tool-call' as const, toolCallId: 'call_1', toolName: 'lookup', input: { order: 7 } };

async function streamOf(script: Parameters<typeof openAiApp>[0], more: object = {}) {
  const { send } = openAiApp(script);
  const response = await send('/v1/chat/completions', { ...body, stream: true, ...more });
  return { response, events: eventsOf(await response.text()) };
}

describe('a whole completion', () => {
  it('has OpenAI’s shape, and names the run', async () => {
    const { openai, asked } = openAiApp(saying(started, delta('Hel'), done(answer('Hello.'))));
    const { data, response } = await openai.chat.completions
      .create(body, {
        headers: {
          'X-Bulkhead-Agent': 'support',
          'X-Bulkhead-Session': 's1',
          'X-Bulkhead-Subject': 'customer:7',
          'X-Bulkhead-Lane': 'urgent',
        },
      })
      .withResponse();
    expect(data).toEqual({
      id: `chatcmpl-${RUN}`,
      object: 'chat.completion',
      created: Math.floor(CREATED_AT / 1_000),
      model: 'openai/gpt-5-mini',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello.', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 20,
        completion_tokens: 5,
        total_tokens: 25,
        prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 2, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 3,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
    });
    expect(response.headers.get('x-bulkhead-run')).toBe(RUN);
    expect(asked).toMatchObject([
      { agent: 'support', model: 'auto', session: 's1', subject: 'customer:7', lane: 'urgent' },
    ]);
  });

  it.each([
    [answer('', { content: [call], finishReason: 'stop' }), 'tool_calls', null],
    [answer([{ type: 'text', text: 'A' }, call]), 'tool_calls', 'A'],
    [answer('cut', { finishReason: 'length' }), 'length', 'cut'],
    [answer('', { finishReason: 'content-filter' }), 'content_filter', ''],
    [answer('So.', { finishReason: 'other' }), 'stop', 'So.'],
  ])('says why it ended: %#', async (response, reason, content) => {
    const { openai } = openAiApp(saying(started, done(response)));
    const { choices } = await openai.chat.completions.create(body);
    expect(choices[0]).toMatchObject({ finish_reason: reason, message: { content } });
  });

  it('hands out the calls that are the client’s, their arguments as text', async () => {
    const others = [
      { ...call, toolCallId: 'call_2', providerExecuted: true },
      { ...call, toolCallId: 'call_3', input: '{"a":', invalid: true },
    ];
    const { openai } = openAiApp(saying(started, done(answer([call, ...others]))));
    const { choices } = await openai.chat.completions.create(body);
    expect(choices[0]?.message.tool_calls).toEqual([
      { id: 'call_1', type: 'function', function: { name: 'lookup', arguments: '{"order":7}' } },
      { id: 'call_3', type: 'function', function: { name: 'lookup', arguments: '{"a":' } },
    ]);
  });

  it('does not pass off a model’s failure as an answer', async () => {
    const { openai } = openAiApp(saying(started, done(answer('half', { finishReason: 'error' }))));
    await expect(openai.chat.completions.create(body)).rejects.toMatchObject({
      status: 502,
      code: 'provider_bad_response',
    });
  });
});

describe('a refusal', () => {
  const refusing = (fields: { code: string; status?: number; retryAfter?: number; retryable?: boolean }) =>
    openAiApp(async function* () {
      if (fields.code !== '') throw new BulkheadError({ message: 'No.', ...fields });
      yield started;
    }).openai;

  it.each([
    [{ code: 'unauthorized', status: 401 }, AuthenticationError, 'invalid_api_key'],
    [{ code: 'unknown_kind_of_input', status: 422 }, BadRequestError, 'unknown_kind_of_input'],
    [{ code: 'budget_exceeded', status: 402 }, RateLimitError, 'insufficient_quota'],
  ])('is an error of the class that the SDK has for it: %j', async (fields, type, code) => {
    const error: unknown = await refusing(fields)
      .chat.completions.create(body)
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, message: expect.stringContaining('No.') });
  });

  it('says when to come again', async () => {
    const openai = refusing({
      code: 'provider_rate_limited',
      status: 429,
      retryAfter: 2_500,
      retryable: true,
    });
    const error = await openai.chat.completions.create(body).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.headers.get('retry-after')).toBe('3');
  });

  it('of a body that is none is told in the same shape', async () => {
    const { app, send } = openAiApp(saying(started));
    const response = await send('/v1/chat/completions', { ...body, n: 3 });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { type: 'invalid_request_error', param: 'n', code: 'invalid_request' } },
    ]);
    const noJson = await app.request('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(await noJson.json()).toMatchObject({ error: { code: 'invalid_request', param: null } });
  });

  it('of a run that fails before a word names the run and keeps its status, with and without a stream', async () => {
    const failed = {
      type: 'failed',
      run: RUN,
      error: { code: 'budget_exceeded', message: 'Spent.' },
    } as const;
    for (const stream of [true, false]) {
      const { send } = openAiApp(saying(started, failed));
      const response = await send('/v1/chat/completions', { ...body, stream });
      expect(response.status).toBe(429);
      expect(response.headers.get('x-bulkhead-run')).toBe(RUN);
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(await response.json()).toMatchObject({
        error: { code: 'insufficient_quota', message: 'Spent.' },
      });
    }
  });
});

describe('a stream', () => {
  it('tells text as it comes, calls whole, and ends with a reason, the usage and [DONE]', async () => {
    const { response, events } = await streamOf(
      saying(started, delta('Hel'), delta('lo'), done(answer([{ type: 'text', text: 'Hello.' }, call]))),
      { stream_options: { include_usage: true } },
    );
    const head = {
      id: `chatcmpl-${RUN}`,
      created: Math.floor(CREATED_AT / 1_000),
      object: 'chat.completion.chunk',
    };
    const chunk = (model: string, said: object, reason: string | null = null) => ({
      ...head,
      model,
      choices: [{ index: 0, delta: said, logprobs: null, finish_reason: reason }],
      usage: null,
    });
    const called = { name: 'lookup', arguments: '{"order":7}' };
    const answered = 'openai/gpt-5-mini';
    expect(events).toEqual([
      chunk('auto', { role: 'assistant', content: '', refusal: null }),
      chunk('auto', { content: 'Hel' }),
      chunk('auto', { content: 'lo' }),
      chunk('auto', { content: '.' }),
      chunk(answered, { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: called }] }),
      chunk(answered, {}, 'tool_calls'),
      { ...head, model: answered, choices: [], usage: expect.objectContaining({ total_tokens: 25 }) },
      '[DONE]',
    ]);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-bulkhead-run')).toBe(RUN);
  });

  it('has all the text of an answer of which nothing came live', async () => {
    const { openai } = openAiApp(saying(started, { type: 'reset' }, done(answer('Out of a cache.'))));
    const completion = await openai.chat.completions.stream(body).finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe('Out of a cache.');
  });

  const broken: [string, Parameters<typeof saying>, string][] = [
    [
      'the run fails',
      [
        started,
        delta('Hel'),
        { type: 'failed', run: RUN, error: { code: 'provider_stream_cut', message: 'Cut.' } },
      ],
      'provider_stream_cut',
    ],
    ['an attempt is lost and begins anew', [started, delta('Hel'), { type: 'reset' }], 'stream_reset'],
    [
      'text went missing on its way',
      [started, delta('Hel'), delta('!'), done(answer('Hello!'))],
      'stream_reset',
    ],
    ['the core falls silent', [started, delta('Hel')], 'internal'],
  ];
  it.each(broken)('never ends cleanly when %s', async (_, said, code) => {
    const { events } = await streamOf(saying(...said));
    expect(events.at(-1)).toEqual({ error: expect.objectContaining({ code, type: 'server_error' }) });
    expect(events).not.toContain('[DONE]');
    expect(JSON.stringify(events)).not.toContain('"finish_reason":"');

    const { openai } = openAiApp(saying(...said));
    const reading = async () => {
      for await (const chunk of await openai.chat.completions.create({ ...body, stream: true })) void chunk;
    };
    await expect(reading()).rejects.toBeInstanceOf(APIError);
  });

  it('tells what the server itself could not do without its inner words, and logs them', async () => {
    const { send, logged } = openAiApp(async function* () {
      yield started;
      yield delta('Hel');
      throw new Error('secret of the house');
    });
    const text = await (await send('/v1/chat/completions', { ...body, stream: true })).text();
    expect(text).not.toContain('secret');
    expect(eventsOf(text).at(-1)).toMatchObject({ error: { code: 'internal' } });
    expect(logged).toMatchObject([{ run: RUN, err: { message: 'secret of the house' } }]);
  });

  it('says that it is alive while the model thinks', async () => {
    const { send, clock } = openAiApp(async function* ({ signal }) {
      yield started;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    const answering = send('/v1/chat/completions', { ...body, stream: true });
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(10_000);
    const reader = (await answering).body?.getReader();
    const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await read()).toContain('"role":"assistant"');
    const next = read();
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(15_000);
    expect(await next).toBe(': still here\n\n');
    await reader?.cancel();
  });

  it('is left by the core when its reader goes, and by nothing when it has ended', async () => {
    const left: string[] = [];
    const { openai } = openAiApp(async function* ({ signal }) {
      try {
        yield started;
        yield delta('Hel');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      } finally {
        left.push(signal.aborted ? 'after the signal' : 'before it');
      }
    });
    const stream = await openai.chat.completions.create({ ...body, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'Hel') break;
    await expect.poll(() => left).toEqual(['after the signal']);

    let ended = false;
    const { events } = await streamOf(async function* ({ signal }) {
      yield started;
      yield done(answer('Hello.'));
      ended = !signal.aborted;
    });
    expect([events.at(-1), ended]).toEqual(['[DONE]', true]);
  });
});
