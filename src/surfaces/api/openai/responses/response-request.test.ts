import { describe, expect, it } from 'vitest';
import { refuseInvalid } from '../../problems/validation-hook.ts';
import { ResponseBodySchema } from './response-body.ts';
import { responseRequest } from './response-request.ts';
import { sealReasoning } from './sealed-reasoning.ts';

function converted(body: object) {
  const parsed = ResponseBodySchema.safeParse({ model: 'gpt-5-mini', input: 'Hello', ...body });
  refuseInvalid({ target: 'json', ...parsed } as Parameters<typeof refuseInvalid>[0]);
  if (!parsed.success) throw parsed.error;
  return responseRequest(parsed.data);
}

function refusal(body: object): string {
  try {
    converted(body);
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

const call = (id: string) => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: id,
  name: 'lookup',
  arguments: '{}',
});
const output = (id: string, text: unknown) => ({ type: 'function_call_output', call_id: id, output: text });
const text = (said: string) => ({ type: 'text', text: said });

describe('input becomes the prompt of every provider', () => {
  it('when it is a text', () => {
    expect(converted({ instructions: 'Be brief.' }).prompt).toEqual([
      { role: 'system', content: 'Be brief.', providerOptions: { bulkhead: { instructions: true } } },
      { role: 'user', content: [text('Hello')] },
    ]);
  });

  it('when it is a conversation: calls and reasoning join the message that they stand beside', () => {
    const metadata = { anthropic: { signature: 's' } };
    const sealed = sealReasoning({ type: 'reasoning', text: 'Hm.', providerMetadata: metadata });
    const { prompt } = converted({
      input: [
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'input_text', text: 'Where are my orders?' }] },
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'I will look.', annotations: [], logprobs: [] }],
        },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: sealed },
        { ...call('a'), status: 'completed', parsed_arguments: null },
        call('b'),
        output('a', 'one'),
        output('b', [{ type: 'input_text', text: 'two' }]),
        { role: 'assistant', content: 'Two orders.' },
        { role: 'assistant', content: 'Anything else?' },
      ],
    });
    const called = (toolCallId: string) => ({ type: 'tool-call', toolCallId, toolName: 'lookup', input: {} });
    const result = (toolCallId: string, value: string) => ({
      type: 'tool-result',
      toolCallId,
      toolName: 'lookup',
      output: { type: 'text', value },
    });
    expect(prompt).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: [text('Where are my orders?')] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', providerOptions: metadata },
          text('I will look.'),
          called('a'),
          called('b'),
        ],
      },
      { role: 'tool', content: [result('a', 'one'), result('b', 'two')] },
      { role: 'assistant', content: [text('Two orders.')] },
      { role: 'assistant', content: [text('Anything else?')] },
    ]);
  });

  it.each(['', 'gAAAAB-of-another-server', 'bulkhead.bm8ganNvbg', 'bulkhead.e30'])(
    'without reasoning that no provider here could use: %j',
    (sealed) => {
      const input = [
        { type: 'reasoning', id: 'r', summary: [], encrypted_content: sealed },
        { role: 'user', content: 'Hello' },
      ];
      expect(converted({ input })).toEqual(converted({}));
    },
  );

  it('with images and documents', () => {
    const { prompt } = converted({
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'high' },
            { type: 'input_file', file_url: 'https://example.com/report' },
            { type: 'input_file', file_data: 'data:text/plain,a%20b', filename: 'a.txt' },
          ],
        },
      ],
    });
    expect(prompt).toMatchObject([
      {
        content: [
          { mediaType: 'image/png', providerOptions: { openai: { imageDetail: 'high' } } },
          { mediaType: 'application/pdf', data: { type: 'url', url: 'https://example.com/report' } },
          { mediaType: 'text/plain', filename: 'a.txt', data: { type: 'data', data: 'YSBi' } },
        ],
      },
    ]);
  });
});

describe('settings', () => {
  it('become those of the gateway', () => {
    expect(
      converted({
        tools: [{ type: 'function', name: 'lookup', description: null, parameters: null, strict: true }],
        tool_choice: { type: 'function', name: 'lookup' },
        parallel_tool_calls: true,
        text: { format: { type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: true } },
        max_output_tokens: 90,
        temperature: 1,
        top_p: 0.5,
        reasoning: { effort: 'high', summary: 'auto' },
      }),
    ).toEqual({
      prompt: [{ role: 'user', content: [text('Hello')] }],
      tools: [
        { name: 'lookup', description: '', inputSchema: { type: 'object', properties: {} }, strict: true },
      ],
      toolChoice: { type: 'tool', toolName: 'lookup' },
      responseFormat: { type: 'json', name: 'answer', schema: { type: 'object' }, strict: true },
      maxOutputTokens: 90,
      temperature: 1,
      topP: 0.5,
      reasoning: 'high',
      whole: true,
      untrimmed: true,
    });
  });

  it('have the prompt asked as it is, unless some of it may be left out', () => {
    for (const truncation of [undefined, null, 'disabled'])
      expect(converted({ truncation })).toHaveProperty('untrimmed', true);
    expect(converted({ truncation: 'auto' })).not.toHaveProperty('untrimmed');
  });

  it('have a stream told as it comes, and anything else asked whole', () => {
    expect(converted({ stream: true })).not.toHaveProperty('whole');
    expect(converted({ stream: false })).toHaveProperty('whole', true);
  });
});

describe('what cannot be honoured is refused by name', () => {
  it.each([
    [{ conversation: 'conv_1' }, 'conversation: cannot be honoured'],
    [{ background: true }, 'background: cannot be honoured: POST /v1/runs'],
    [{ truncation: 'middle' }, 'truncation: must be one of'],
    [{ prompt: { id: 'p' } }, 'prompt: cannot be honoured'],
    [{ include: ['message.output_text.logprobs'] }, 'include.0: must be one of'],
    [{ tools: [{ type: 'web_search' }] }, 'tools.0.type: must be function; no other tools'],
    [
      {
        tools: [
          { type: 'function', name: 'f' },
          { type: 'function', name: 'f' },
        ],
      },
      'tools: has two functions',
    ],
    [{ tool_choice: { type: 'function', name: 'g' }, tools: [{ type: 'function', name: 'f' }] }, 'names "g"'],
    [{ input: [] }, 'input: is empty'],
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input.0.type: must be message, function_call'],
    [{ input: [output('x', 'y')] }, 'input.0.call_id: no message before it'],
    [
      { input: [call('x'), output('x', [{ type: 'input_image', image_url: 'u' }])] },
      'input.1.output.0.type: must be input_text',
    ],
    [
      {
        input: [
          { role: 'system', content: [{ type: 'input_image', image_url: 'https://example.com/a.png' }] },
        ],
      },
      'input.0.content.0: cannot stand in a message',
    ],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'ftp://a/b' }] }] },
      'input.0.content.0.image_url: must be a data: URL',
    ],
  ])('%j', (body, sentence) => {
    expect(refusal(body)).toContain(sentence);
  });
});
