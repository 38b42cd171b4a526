import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecording } from '../fakes/openai-recordings/read-recording.ts';
import { startWorld, type World } from '../world/start-world.ts';

const PROJECT = `
import { agent, workflow } from 'bulkhead';

const instructions = 'Help.';

export const support = agent({
  name: 'support',
  instructions,
  model: ['openai/gpt-5-mini', 'anthropic/claude-haiku-4-5'],
});
export const thrifty = agent({ name: 'thrifty', instructions, model: 'openai/gpt-5-mini', budget: { tokens: 20 } });
export const echo = workflow({ name: 'echo', inputSchema: { type: 'string' }, run: async (input) => input });
`;

let world: World;
let openai: OpenAI;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
  const { url, key } = world.client;
  openai = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
});
afterAll(() => world?.stop());

const model = 'openai/gpt-5-mini';
const hello = [{ role: 'user' as const, content: 'Is my line up?' }];
const as = (agent: string) => ({ headers: { 'X-Bulkhead-Agent': agent } });
const runOf = (id: string) => id.slice(id.indexOf('_') + 1).replace('chatcmpl-', '');

const WEATHER = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

describe('OpenAI’s JavaScript client, unchanged', () => {
  it('gets a chat answered, by a run with its journal', async () => {
    world.openai.reply({ text: 'It is up.', usage: { inputTokens: 40, outputTokens: 4 } });
    const { data, response } = await openai.chat.completions
      .create({ model, messages: hello, temperature: 0.5, seed: 7, stop: ['END'] })
      .withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ message: { role: 'assistant', content: 'It is up.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 40, completion_tokens: 4, total_tokens: 44 },
    });
    const run = String(response.headers.get('x-bulkhead-run'));
    expect(data.id).toBe(`chatcmpl-${run}`);
    expect(await world.client.show(run)).toMatchObject({ status: 'succeeded', usage: { modelCalls: 1 } });
    expect((await world.client.journal(run)).map(({ kind }) => kind)).toContain('model.completed');
    expect(world.openai.requests.at(-1)?.body).toMatchObject({ seed: 7, stop: ['END'] });
  });

  it('streams a chat under an agent, a session and a subject', async () => {
    world.openai.reply({ text: 'It is up again.' });
    const stream = openai.chat.completions.stream(
      { model: 'auto', messages: hello, stream_options: { include_usage: true } },
      {
        headers: {
          ...as('support').headers,
          'X-Bulkhead-Session': 's-1',
          'X-Bulkhead-Subject': 'customer:7',
        },
      },
    );
    const pieces: string[] = [];
    stream.on('content', (piece) => pieces.push(piece));
    const completion = await stream.finalChatCompletion();
    expect(completion).toMatchObject({
      model,
      choices: [{ message: { content: 'It is up again.' }, finish_reason: 'stop' }],
      usage: { completion_tokens: expect.any(Number) },
    });
    expect(pieces.join('')).toBe('It is up again.');
    expect(await world.client.show(runOf(completion.id))).toMatchObject({
      agent: 'support',
      session: 's-1',
      subject: 'customer:7',
    });
  });

  it('runs tools of its own', async () => {
    world.openai.reply({ toolCalls: [{ name: 'weather', input: { city: 'Paris' } }] });
    world.openai.reply({ text: '14 degrees.' });
    const asked: unknown[] = [];
    const runner = openai.chat.completions.runTools({
      model,
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'Tells the weather.',
            parameters: WEATHER,
            parse: JSON.parse,
            function: (input: { city: string }) => {
              asked.push(input);
              return { degrees: 14 };
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('14 degrees.');
    expect(asked).toEqual([{ city: 'Paris' }]);
    const { body } = world.openai.requests.at(-1) ?? {};
    expect(body?.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Paris"}' } }] },
      { role: 'tool', content: '{"degrees":14}' },
    ]);
  });

  it('asks for JSON of a schema', async () => {
    world.openai.reply({ text: '{"city":"Paris"}' });
    const completion = await openai.chat.completions.parse({
      model,
      messages: hello,
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema: WEATHER, strict: true } },
    });
    expect(completion.choices[0]?.message.parsed).toEqual({ city: 'Paris' });
    expect(world.openai.requests.at(-1)?.body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'place', schema: WEATHER, strict: true },
    });
  });

  it('gets a response, whole and streamed, from the model that it names', async () => {
    world.anthropic.reply({ text: 'Up.' });
    const whole = await openai.responses.create(
      { model: 'anthropic/claude-haiku-4-5', instructions: 'Be brief.', input: 'Is my line up?' },
      as('support'),
    );
    expect(whole).toMatchObject({
      status: 'completed',
      model: 'anthropic/claude-haiku-4-5',
      output_text: 'Up.',
    });
    expect(world.anthropic.requests.at(-1)?.body.system).toMatchObject([{ text: 'Be brief.' }]);

    world.openai.reply({ text: 'It is up.' });
    const stream = openai.responses.stream({ model, input: 'Is my line up?' });
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => {
      text += delta;
    });
    expect(await stream.finalResponse()).toMatchObject({
      status: 'completed',
      model,
      output_text: 'It is up.',
    });
    expect(text).toBe('It is up.');
  });

  it('hands the output of a response back with what its tool says', async () => {
    const tools = [
      {
        type: 'function' as const,
        name: 'weather',
        description: 'Tells.',
        parameters: WEATHER,
        strict: true,
      },
    ];
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: 'And in Paris?' }];
    world.openai.reply({
      text: 'I look.',
      toolCalls: [{ name: 'weather', input: { city: 'Paris' }, id: 'call_9' }],
    });
    const first = await openai.responses.create({ model, input, tools });
    const call = first.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ call_id: 'call_9', name: 'weather', arguments: '{"city":"Paris"}' });
    input.push(...(first.output as OpenAI.Responses.ResponseInputItem[]));
    input.push({ type: 'function_call_output', call_id: 'call_9', output: '14 degrees' });

    world.openai.reply({ text: '14 degrees.' });
    const second = await openai.responses.create({ model, input, tools });
    expect(second.output_text).toBe('14 degrees.');
    expect(world.openai.requests.at(-1)?.body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'call_9' }] },
      { role: 'tool', tool_call_id: 'call_9', content: '14 degrees' },
    ]);
  });

  it('goes on from an earlier response, without its instructions and about the same person', async () => {
    const about = (subject: string) => ({ headers: { 'X-Bulkhead-Subject': subject } });
    world.openai.reply({ toolCalls: [{ name: 'weather', input: { city: 'Paris' }, id: 'call_5' }] });
    const tools = [{ type: 'function' as const, name: 'weather', parameters: WEATHER, strict: true }];
    const first = await openai.responses.create(
      { model, instructions: 'Talk like a pirate.', input: 'And in Paris?', tools },
      about('customer:9'),
    );
    const asked = {
      model,
      instructions: 'Be brief.',
      previous_response_id: first.id,
      input: [{ type: 'function_call_output' as const, call_id: 'call_5', output: '14 degrees' }],
    };
    await expect(openai.responses.create(asked, about('customer:8'))).rejects.toMatchObject({
      status: 400,
      param: 'x-bulkhead-subject',
    });
    world.openai.reply({ text: '14 degrees.' });
    const second = await openai.responses.create(asked);
    expect(second).toMatchObject({ output_text: '14 degrees.', previous_response_id: first.id });
    world.openai.reply({ text: 'So I said.' });
    const third = await openai.responses.create({ model, input: 'Again?', previous_response_id: second.id });
    expect(world.openai.requests.at(-1)?.body.messages).toEqual([
      { role: 'user', content: 'And in Paris?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_5', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_5', content: '14 degrees' },
      { role: 'assistant', content: '14 degrees.' },
      { role: 'user', content: 'Again?' },
    ]);
    expect(await world.client.show(runOf(third.id))).toMatchObject({ subject: 'customer:9' });
    // The middle one had instructions of its own, and not the first one's.
    expect(JSON.stringify(world.openai.requests.at(-2)?.body.messages)).toMatch(/Be brief\..*And in Paris/);
    expect(JSON.stringify(world.openai.requests.at(-2)?.body.messages)).not.toContain('pirate');
  });

  it('lists agents and their models', async () => {
    const listed: OpenAI.Model[] = [];
    for await (const each of openai.models.list()) listed.push(each);
    expect(listed.map(({ id, owned_by: owner }) => [id, owner])).toEqual([
      ['support', 'bulkhead'],
      ['thrifty', 'bulkhead'],
      ['anthropic/claude-haiku-4-5', 'anthropic'],
      ['openai/gpt-5-mini', 'openai'],
    ]);
    expect(await openai.models.retrieve('openai/gpt-5-mini')).toMatchObject({
      object: 'model',
      owned_by: 'openai',
    });
    await expect(openai.models.retrieve('gpt-0')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});

describe('what OpenAI’s Python client sends', () => {
  async function replay(name: string) {
    const { method, path, headers, body } = readRecording(name);
    const response = await fetch(`${world.client.url}${path}`, {
      method,
      headers: { ...headers, Authorization: `Bearer ${world.client.key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text };
  }

  it.each([
    ['chat', 'Arr.'],
    ['chat-vision', 'A dot.'],
    ['chat-tools', '14 degrees.'],
    ['chat-parse', '{"name":"Fair","participants":["Alice","Bob"]}'],
  ])('gets a chat.completion: %s', async (name, text) => {
    world.openai.reply({ text });
    const answer = await replay(name);
    expect([answer.status, answer.type]).toEqual([200, 'application/json']);
    expect(JSON.parse(answer.text)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: text }, finish_reason: 'stop' }],
    });
    expect(world.openai.requests.at(-1)?.model).toBe('gpt-5-mini');
  });

  it('gets chunks', async () => {
    world.openai.reply({ text: 'This is a test.' });
    const { status, type, text } = await replay('chat-stream');
    expect([status, type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(text).toMatch(/^data: \{"id":"chatcmpl-/);
    expect(text).toMatch(/"choices":\[\],"usage":\{"prompt_tokens":\d+.*\n\ndata: \[DONE\]\n\n$/);
  });

  it.each([
    ['responses', 'Use isinstance, matey.'],
    ['responses-tools', 'You will befriend a baby otter.'],
  ])('gets a response: %s', async (name, text) => {
    world.openai.reply({ text });
    const answer = await replay(name);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
    });
  });

  it('gets the events of a response', async () => {
    world.openai.reply({ text: 'A unicorn slept.' });
    const { text } = await replay('responses-stream');
    const events = [...text.matchAll(/^event: (\S+)$/gm)].map(([, event]) => event);
    expect(events.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
    expect(events.at(-1)).toBe('response.completed');
  });

  it('gets the list of models', async () => {
    const { status, text } = await replay('models');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ object: 'list', data: expect.any(Array) });
  });
});
