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
      reasoning: 'low' as const,
    };
    expect(toCallOptions(request)).toEqual(request);
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
