import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { createLocalModel } from './index.ts';
import { ask, now } from './testing/ask.ts';
import { supportTools } from './testing/support-tools.ts';

const model = createLocalModel({ now: () => now });
const definitions = supportTools().map(({ definition }) => definition);

const collect = async (options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamPart[]> => {
  const { stream } = await model.doStream(options);
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
};

describe('streams', () => {
  it('hold a text as deltas, and end with usage and confidence', async () => {
    const parts = await collect({ prompt: ask('Hello') });
    expect(parts.map(({ type }) => type).filter((type) => type !== 'text-delta')).toEqual([
      'stream-start',
      'response-metadata',
      'text-start',
      'text-end',
      'finish',
    ]);
    const text = parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('');
    expect(text).toBe('Hello. How can I help you?');
    expect(parts.at(-1)).toMatchObject({
      finishReason: { unified: 'stop' },
      providerMetadata: { bulkhead: { confidence: 0.9 } },
    });
  });

  it('hold a call with its input, the same as without a stream', async () => {
    const options = { prompt: ask('Is AC-1042 up?'), tools: definitions };
    const parts = await collect(options);
    const { content, usage } = await model.doGenerate(options);
    expect(parts.map(({ type }) => type).slice(2)).toEqual([
      'tool-input-start',
      'tool-input-delta',
      'tool-input-end',
      'tool-call',
      'finish',
    ]);
    expect(parts.find(({ type }) => type === 'tool-call')).toEqual(content[0]);
    expect(parts.at(-1)).toMatchObject({ usage, finishReason: { unified: 'tool-calls' } });
  });

  it('break off when the signal aborts', async () => {
    const controller = new AbortController();
    const { stream } = await model.doStream({ prompt: ask('Hello'), abortSignal: controller.signal });
    const reader = stream.getReader();
    await reader.read();
    controller.abort(new Error('enough'));
    await expect(Promise.all([reader.read(), reader.read()])).rejects.toThrow('enough');
  });
});
