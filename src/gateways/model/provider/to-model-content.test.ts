import { describe, expect, it } from 'vitest';
import { toModelContent } from './to-model-content.ts';

const call = (input: string) =>
  toModelContent({ type: 'tool-call', toolCallId: '1', toolName: 'find', input });

describe('toModelContent', () => {
  it('parses the arguments of a tool call', () => {
    expect(call('{"q":[1,null]}')).toEqual({
      type: 'tool-call',
      toolCallId: '1',
      toolName: 'find',
      input: { q: [1, null] },
    });
  });

  it('takes no arguments for an empty object', () => {
    expect(call('')).toMatchObject({ input: {} });
    expect(call(' ')).not.toHaveProperty('invalid');
  });

  it('keeps arguments that are no JSON as they are, and says so', () => {
    expect(call('{"q":')).toEqual({
      type: 'tool-call',
      toolCallId: '1',
      toolName: 'find',
      input: '{"q":',
      invalid: true,
    });
  });

  it('keeps bytes as base64, and URLs as text', () => {
    const data = { type: 'data' as const, data: new Uint8Array([1, 2, 3]) };
    expect(toModelContent({ type: 'file', mediaType: 'image/png', data })).toEqual({
      type: 'other',
      part: { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQID' } },
    });
    const url = { type: 'url' as const, url: new URL('https://a.example/b') };
    expect(toModelContent({ type: 'reasoning-file', mediaType: 'image/png', data: url })).toMatchObject({
      part: { data: { type: 'url', url: 'https://a.example/b' } },
    });
  });

  it('keeps sources, and whatever else there is, as they came', () => {
    const source = { type: 'source', sourceType: 'url', id: 's', url: 'https://a.example' } as const;
    expect(toModelContent(source)).toEqual({ type: 'other', part: source });
  });
});
