import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../contract/model.ts';
import { toCallOptions } from './to-call-options.ts';

const prompt: ModelRequest['prompt'] = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];

describe('toCallOptions', () => {
  it('leaves out what the request does not say', () => {
    expect(toCallOptions({ prompt })).toEqual({ prompt });
    expect(toCallOptions({ prompt, tools: [] })).toEqual({ prompt });
  });

  it('hands tools on as functions, with the words that call for them', () => {
    const providerOptions = { bulkhead: { examples: ['where is my order'], effect: 'read' } };
    const inputSchema = { type: 'object' };
    const tools = [{ name: 'lookup', description: 'Finds an order.', inputSchema, providerOptions }];
    expect(toCallOptions({ prompt, tools }).tools).toEqual([
      { type: 'function', name: 'lookup', description: 'Finds an order.', inputSchema, providerOptions },
    ]);
  });

  it('hands the rest on as it is', () => {
    const request = {
      prompt,
      responseFormat: { type: 'json' as const, schema: { type: 'object' }, name: 'answer' },
      maxOutputTokens: 100,
      temperature: 0.2,
      topP: 0.9,
      stopSequences: ['END'],
      seed: 7,
      frequencyPenalty: 0.5,
      presencePenalty: -0.5,
      reasoning: 'low' as const,
    };
    expect(toCallOptions(request)).toEqual(request);
  });

  it('says which tool is to be called where there are tools', () => {
    const tools = [{ name: 'lookup', description: '', inputSchema: {}, strict: true }];
    const toolChoice = { type: 'tool' as const, toolName: 'lookup' };
    expect(toCallOptions({ prompt, tools, toolChoice })).toMatchObject({
      toolChoice,
      tools: [{ strict: true }],
    });
    expect(toCallOptions({ prompt, toolChoice })).toEqual({ prompt });
  });

  it('tells each provider in its own words what the interface has none for', () => {
    const schema = { type: 'object' };
    const responseFormat = { type: 'json' as const, schema, strict: false };
    expect(toCallOptions({ prompt, responseFormat, parallelToolCalls: false })).toEqual({
      prompt,
      responseFormat: { type: 'json', schema },
      providerOptions: {
        openai: { parallelToolCalls: false, strictJsonSchema: false },
        mistral: { parallelToolCalls: false, strictJsonSchema: false },
        openaiCompatible: { strictJsonSchema: false },
        anthropic: { disableParallelToolUse: true },
      },
    });
  });

  it('turns the text of an address back into an address', () => {
    const file = (url: string) => ({ type: 'file', mediaType: 'image/png', data: { type: 'url', url } });
    const json = [{ role: 'user', content: [file('https://example.com/a.png'), file('no address')] }];
    const options = toCallOptions({ prompt: json as unknown as ModelRequest['prompt'] });
    expect(options.prompt).toMatchObject([
      { content: [{ data: { url: new URL('https://example.com/a.png') } }, { data: { url: 'no address' } }] },
    ]);
  });
});
