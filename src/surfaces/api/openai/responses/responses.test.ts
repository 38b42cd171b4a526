import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { answer, CREATED_AT, delta, done, openAiApp, RUN, saying, started } from '../testing/open-ai-app.ts';
import { eventsOf } from '../testing/sse.ts';

const body = { model: 'auto', input: 'Hello' };
const call = { type: 'tool-call' as const, toolCallId: 'call_1', toolName: 'lookup', input: { order: 7 } };
const reasoning = {
  type: 'reasoning' as const,
  text: 'Hm.',
  providerMetadata: { anthropic: { signature: 's' } },
};

const message = (text: string, status = 'completed') => ({
  id: `msg_${RUN}`,
  type: 'message',
  status,
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
});
const called = {
  id: `fc_${RUN}_0`,
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'lookup',
  arguments: '{"order":7}',
};

async function eventsFrom(script: Parameters<typeof openAiApp>[0], more: object = {}) {
  const { send } = openAiApp(script);
  const response = await send('/v1/responses', { ...body, stream: true, ...more });
  return eventsOf(await response.text()) as ({ type: string; sequence_number: number } & Record<
    string,
    unknown
  >)[];
}

describe('a whole response', () => {
  it('has OpenAI’s shape, with what was asked', async () => {
    const { openai } = openAiApp(saying(started, done(answer([{ type: 'text', text: 'Hello.' }, call]))));
    const tools = [
      { type: 'function' as const, name: 'lookup', parameters: { type: 'object' }, strict: false },
    ];
    const asked = { ...body, instructions: 'Be brief.', tools, temperature: 0.5, metadata: { a: 'b' } };
    const { data, response } = await openai.responses.create(asked).withResponse();
    expect(data).toMatchObject({
      id: `resp_${RUN}`,
      object: 'response',
      created_at: Math.floor(CREATED_AT / 1_000),
      status: 'completed',
      error: null,
      incomplete_details: null,
      model: 'openai/gpt-5-mini',
      instructions: 'Be brief.',
      tools,
      tool_choice: 'auto',
      temperature: 0.5,
      metadata: { a: 'b' },
      store: true,
      output: [message('Hello.'), called],
      output_text: 'Hello.',
      usage: {
        input_tokens: 20,
        input_tokens_details: { cached_tokens: 8, cache_write_tokens: 2 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 3 },
        total_tokens: 25,
      },
    });
    expect(response.headers.get('x-bulkhead-run')).toBe(RUN);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content-filter', 'content_filter'],
  ])('says that it is incomplete: %s', async (finishReason, reason) => {
    const { openai } = openAiApp(saying(started, done(answer('Hel', { finishReason }))));
    expect(await openai.responses.create(body)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason },
      output: [message('Hel', 'incomplete')],
    });
  });

  it('holds reasoning where the client asks for it, in a form that comes back as it was', async () => {
    const script = saying(started, done(answer([reasoning, { type: 'text', text: 'Hello.' }, call])));
    const plain = await openAiApp(script).openai.responses.create(body);
    expect(plain.output.map(({ type }) => type)).toEqual(['message', 'function_call']);

    const { openai, asked } = openAiApp(script);
    const response = await openai.responses.create({
      ...body,
      include: ['reasoning.encrypted_content'],
      reasoning: { summary: 'auto' },
    });
    expect(response.output).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      message('Hello.'),
      called,
    ]);
    const said = response.output as OpenAI.Responses.ResponseInputItem[];
    await openai.responses.create({ ...body, input: [{ role: 'user', content: 'Hello' }, ...said] });
    expect(asked.at(-1)?.request.prompt).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', providerOptions: { anthropic: { signature: 's' } } },
          { type: 'text', text: 'Hello.' },
          { type: 'tool-call', toolCallId: 'call_1', input: { order: 7 } },
        ],
      },
    ]);
  });
});

describe('a stream of events', () => {
  it('has the documented sequence', async () => {
    const events = await eventsFrom(
      saying(
        started,
        delta('Hel'),
        delta('lo'),
        done(answer([reasoning, { type: 'text', text: 'Hello.' }, call])),
      ),
      { reasoning: { summary: 'auto' } },
    );
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    const part = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
    const place = { item_id: `msg_${RUN}`, output_index: 0, content_index: 0 };
    const open = { id: `resp_${RUN}`, status: 'in_progress', model: 'auto', output: [] };
    const item = { item_id: `rs_${RUN}_0`, output_index: 1, summary_index: 0 };
    const summary = [{ type: 'summary_text', text: 'Hm.' }];
    const thought = { id: `rs_${RUN}_0`, type: 'reasoning', summary };
    expect(events).toMatchObject([
      { type: 'response.created', response: open },
      { type: 'response.in_progress', response: open },
      { type: 'response.output_item.added', output_index: 0, item: { status: 'in_progress', content: [] } },
      { type: 'response.content_part.added', ...place, part: part('') },
      { type: 'response.output_text.delta', ...place, delta: 'Hel', logprobs: [] },
      { type: 'response.output_text.delta', ...place, delta: 'lo' },
      { type: 'response.output_text.delta', ...place, delta: '.' },
      { type: 'response.output_text.done', ...place, text: 'Hello.' },
      { type: 'response.content_part.done', ...place, part: part('Hello.') },
      { type: 'response.output_item.done', output_index: 0, item: message('Hello.') },
      { type: 'response.output_item.added', output_index: 1, item: { ...thought, summary: [] } },
      { type: 'response.reasoning_summary_part.added', ...item, part: { text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...item, delta: 'Hm.' },
      { type: 'response.reasoning_summary_text.done', ...item, text: 'Hm.' },
      { type: 'response.reasoning_summary_part.done', ...item, part: { text: 'Hm.' } },
      { type: 'response.output_item.done', output_index: 1, item: thought },
      {
        type: 'response.output_item.added',
        output_index: 2,
        item: { ...called, status: 'in_progress', arguments: '' },
      },
      {
        type: 'response.function_call_arguments.delta',
        item_id: called.id,
        output_index: 2,
        delta: called.arguments,
      },
      {
        type: 'response.function_call_arguments.done',
        item_id: called.id,
        name: 'lookup',
        arguments: called.arguments,
      },
      { type: 'response.output_item.done', output_index: 2, item: called },
      {
        type: 'response.completed',
        response: {
          status: 'completed',
          model: 'openai/gpt-5-mini',
          output: [message('Hello.'), thought, called],
          usage: { total_tokens: 25 },
        },
      },
    ]);
  });

  it('is put together by the SDK to the same response', async () => {
    const { openai } = openAiApp(
      saying(started, delta('Hello.'), done(answer([{ type: 'text', text: 'Hello.' }, call]))),
    );
    const response = await openai.responses.stream(body).finalResponse();
    expect(response).toMatchObject({
      status: 'completed',
      output_text: 'Hello.',
      output: [{ type: 'message' }, called],
    });
  });

  it('ends with response.incomplete when the answer was cut', async () => {
    const events = await eventsFrom(
      saying(started, delta('Hel'), done(answer('Hel', { finishReason: 'length' }))),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: {
        incomplete_details: { reason: 'max_output_tokens' },
        output: [message('Hel', 'incomplete')],
      },
    });
  });

  it.each([
    [
      { type: 'failed' as const, run: RUN, error: { code: 'provider_stream_cut', message: 'Cut.' } },
      'server_error',
      'provider_stream_cut',
    ],
    [
      { type: 'failed' as const, run: RUN, error: { code: 'provider_rate_limited', message: 'Busy.' } },
      'rate_limit_exceeded',
      'rate_limit_exceeded',
    ],
    [{ type: 'reset' as const }, 'server_error', 'stream_reset'],
  ])('ends with response.failed, and nothing after it: %j', async (event, code, type) => {
    const events = await eventsFrom(saying(started, delta('Hel'), event));
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code, type, message: expect.any(String) } },
    });
    expect(events.map((each) => each.type)).not.toContain('response.output_text.done');
  });
});
