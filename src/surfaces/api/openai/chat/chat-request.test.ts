import { describe, expect, it } from 'vitest';
import { refuseInvalid } from '../../problems/validation-hook.ts';
import { ChatBodySchema } from './chat-body.ts';
import { chatRequest } from './chat-request.ts';

const hello = [{ role: 'user', content: 'Hello' }];

function converted(body: object) {
  const parsed = ChatBodySchema.safeParse({ model: 'gpt-5-mini', messages: hello, ...body });
  refuseInvalid({ target: 'json', ...parsed } as Parameters<typeof refuseInvalid>[0]);
  if (!parsed.success) throw parsed.error;
  return chatRequest(parsed.data);
}

function refusal(body: object): string {
  try {
    converted(body);
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

const PNG = 'iVBORw0KGgo=';

describe('messages become the prompt of every provider', () => {
  it('with all roles, and calls matched to their results', () => {
    const call = (id: string, args: string) => ({
      id,
      type: 'function',
      function: { name: 'lookup', arguments: args },
    });
    const { prompt } = converted({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'developer',
          content: [
            { type: 'text', text: 'Be' },
            { type: 'text', text: 'kind.' },
          ],
        },
        { role: 'user', content: 'Where are my orders?', name: 'ada' },
        {
          role: 'assistant',
          content: 'I will look.',
          refusal: null,
          annotations: [],
          tool_calls: [call('a', '{"order":1}'), call('b', '')],
        },
        { role: 'tool', tool_call_id: 'b', content: 'none' },
        { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: '{"state":"sent"}' }] },
        { role: 'assistant', content: null, refusal: 'I may not say.' },
      ],
    });
    const result = (toolCallId: string, value: string) => ({
      type: 'tool-result',
      toolCallId,
      toolName: 'lookup',
      output: { type: 'text', value },
    });
    expect(prompt).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'system', content: 'Be\nkind.' },
      {
        role: 'user',
        content: [{ type: 'text', text: 'Where are my orders?' }],
        providerOptions: { openai: { name: 'ada' } },
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I will look.' },
          { type: 'tool-call', toolCallId: 'a', toolName: 'lookup', input: { order: 1 } },
          { type: 'tool-call', toolCallId: 'b', toolName: 'lookup', input: {} },
        ],
      },
      { role: 'tool', content: [result('b', 'none'), result('a', '{"state":"sent"}')] },
      { role: 'assistant', content: [{ type: 'text', text: 'I may not say.' }] },
    ]);
  });

  it('with images and documents, out of the request itself or by their address', () => {
    const image = (url: string, detail?: string) => ({ type: 'image_url', image_url: { url, detail } });
    const file = (data: string, filename?: string) => ({ type: 'file', file: { file_data: data, filename } });
    const { prompt } = converted({
      messages: [
        {
          role: 'user',
          content: [
            image(`data:image/png;base64,${PNG}`, 'low'),
            image('https://example.com/a.webp?size=2'),
            image('https://example.com/picture'),
            file(`data:application/pdf;base64,${PNG}`, 'bill.pdf'),
            file(PNG, 'bill.PDF'),
          ],
        },
      ],
    });
    const url = (address: string) => ({ type: 'url', url: address });
    const data = { type: 'data', data: PNG };
    expect(prompt).toMatchObject([
      {
        content: [
          { type: 'file', mediaType: 'image/png', data, providerOptions: { openai: { imageDetail: 'low' } } },
          { type: 'file', mediaType: 'image/webp', data: url('https://example.com/a.webp?size=2') },
          { type: 'file', mediaType: 'image', data: url('https://example.com/picture') },
          { type: 'file', mediaType: 'application/pdf', data, filename: 'bill.pdf' },
          { type: 'file', mediaType: 'application/pdf', data, filename: 'bill.PDF' },
        ],
      },
    ]);
  });

  it.each(['{"a":', '7', '[1]', 'null'])('shows back arguments that are no object: %s', (args) => {
    const { prompt } = converted({
      messages: [
        ...hello,
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: args } }],
        },
      ],
    });
    expect(prompt[1]?.content).toMatchObject([{ input: { invalidArguments: args } }]);
  });
});

describe('settings', () => {
  it('become those of the gateway', () => {
    const parameters = { type: 'object', properties: { order: { type: 'number' } } };
    const request = converted({
      tools: [
        { type: 'function', function: { name: 'lookup', description: 'Finds.', parameters, strict: true } },
        { type: 'function', function: { name: 'ping' } },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } },
      temperature: 0,
      top_p: 0.5,
      stop: 'END',
      seed: 7,
      frequency_penalty: 1,
      presence_penalty: -1,
      max_completion_tokens: 90,
      reasoning_effort: 'low',
    });
    expect(request).toEqual({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      tools: [
        { name: 'lookup', description: 'Finds.', inputSchema: parameters, strict: true },
        { name: 'ping', description: '', inputSchema: { type: 'object', properties: {} } },
      ],
      toolChoice: { type: 'required' },
      parallelToolCalls: false,
      responseFormat: { type: 'json', name: 'answer', schema: { type: 'object' }, strict: false },
      temperature: 0,
      topP: 0.5,
      stopSequences: ['END'],
      seed: 7,
      frequencyPenalty: 1,
      presencePenalty: -1,
      maxOutputTokens: 90,
      reasoning: 'low',
      whole: true,
      untrimmed: true,
    });
  });

  it('have a stream told as it comes, and anything else asked whole', () => {
    expect(converted({ stream: true })).not.toHaveProperty('whole');
    expect(converted({ stream: false })).toHaveProperty('whole', true);
  });

  const tools = ['a', 'b', 'c'].map((name) => ({ type: 'function', function: { name } }));
  const called = (name: string) => ({ type: 'function', function: { name } });

  it.each([
    ['auto', ['a', 'b', 'c'], { type: 'auto' }],
    ['none', ['a', 'b', 'c'], { type: 'none' }],
    [called('b'), ['a', 'b', 'c'], { type: 'tool', toolName: 'b' }],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [called('a'), called('c')] } },
      ['a', 'c'],
      { type: 'required' },
    ],
  ])('choose among tools: %j', (choice, offered, toolChoice) => {
    const request = converted({ tools, tool_choice: choice });
    expect(request.tools?.map(({ name }) => name)).toEqual(offered);
    expect(request.toolChoice).toEqual(toolChoice);
  });

  it('leave all to the model when they are null, empty, or what is so anyhow', () => {
    const empty = {
      tools: [],
      stop: null,
      temperature: null,
      logit_bias: {},
      n: 1,
      logprobs: false,
      functions: [],
    };
    const plain = {
      response_format: { type: 'text' },
      modalities: ['text'],
      tool_choice: 'auto',
      audio: null,
    };
    const harmless = {
      user: 'u',
      metadata: { a: 'b' },
      store: true,
      service_tier: 'flex',
      prompt_cache_key: 'k',
    };
    expect(converted({ ...empty, ...plain, ...harmless })).toEqual(converted({}));
  });

  it('ask for JSON of any shape', () => {
    expect(converted({ response_format: { type: 'json_object' } }).responseFormat).toEqual({ type: 'json' });
  });
});

describe('what cannot be honoured is refused by name', () => {
  it('however deep it nests', () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(refusal({ logit_bias: deep })).toContain('logit_bias: cannot be honoured');
  });

  const user = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });
  const image = (url: string) => user({ type: 'image_url', image_url: { url } });
  const deep = `${'['.repeat(120)}${']'.repeat(120)}`;
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: `{"a":${deep}}` } };
  it.each([
    [{ n: 2 }, 'n: cannot be honoured: one choice'],
    [{ logprobs: true }, 'logprobs: cannot be honoured'],
    [{ top_logprobs: 2 }, 'top_logprobs: cannot be honoured'],
    [{ logit_bias: { 50256: -100 } }, 'logit_bias: cannot be honoured'],
    [{ modalities: ['text', 'audio'] }, 'modalities: cannot be honoured: answers are text'],
    [{ audio: { voice: 'alloy', format: 'wav' } }, 'audio: cannot be honoured'],
    [{ web_search_options: {} }, 'web_search_options: cannot be honoured'],
    [{ functions: [{ name: 'f' }] }, 'functions: cannot be honoured: send tools'],
    [{ verbosity: 'high' }, 'verbosity: cannot be honoured'],
    [{ temprature: 1 }, 'temprature: there is no such field'],
    [{ temperature: 3 }, 'temperature: must be at most 2'],
    [{ max_tokens: 5, max_completion_tokens: 6 }, 'max_tokens: is not what max_completion_tokens says'],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop: must be a text, or at most 4 of them'],
    [{ stream_options: { include_usage: true } }, 'stream_options: is only for `stream: true`'],
    [{ tools: [{ type: 'custom', custom: { name: 'f' } }] }, 'tools.0.type: must be function'],
    [{ tools: [{ type: 'function', function: { name: 'a b' } }] }, 'tools.0.function.name: must be 1 to 64'],
    [{ tool_choice: 'required' }, 'tool_choice: asks for a tool, and no tools are offered'],
    [{ response_format: { type: 'xml' } }, 'response_format.type: must be text, json_object or json_schema'],
    [{ messages: [] }, 'messages: is empty'],
    [{ messages: [{ role: 'function', content: 'x' }] }, 'messages.0.role: must be system, developer'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'messages.0.content: must be a text or a list of parts'],
    [
      { messages: [{ role: 'user', content: null }] },
      'messages.0.content: must be a text or a list of parts',
    ],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content: is missing'],
    [
      { messages: [...hello, { role: 'tool', tool_call_id: 'x', content: null }] },
      'messages.1.content: must be a text or a list of parts',
    ],
    [
      { messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] },
      'messages.0.tool_call_id: no message before',
    ],
    [
      { messages: [...hello, { role: 'assistant', tool_calls: [call] }] },
      'arguments: nests deeper than 100 levels',
    ],
    [
      user({ type: 'input_audio', input_audio: {} }),
      'messages.0.content.0.type: must be text, image_url or file',
    ],
    [user({ type: 'file', file: { file_data: PNG, file_id: 'f' } }), 'file_id: cannot be honoured: no files'],
    [user({ type: 'file', file: { file_data: PNG } }), 'file_data: does not say of what type it is'],
    [image('http://example.com/a.png'), 'image_url.url: must be a data: URL or an https: address'],
    [image('file:///etc/passwd'), 'image_url.url: must be a data: URL or an https: address'],
    [image('data:image/png;base64,%%%'), 'image_url.url: holds no data in base64'],
  ])('%j', (body, sentence) => {
    expect(refusal(body)).toContain(sentence);
  });
});
