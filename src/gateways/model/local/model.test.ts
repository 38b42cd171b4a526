import { generateText, isStepCount, jsonSchema, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { createLocalModel } from './index.ts';
import { ask, now } from './testing/ask.ts';
import { clinicTools } from './testing/clinic-tools.ts';
import { play } from './testing/play.ts';
import { supportTools } from './testing/support-tools.ts';

const model = createLocalModel({ now: () => now });
const definitions = supportTools().map(({ definition }) => definition);

describe('what the model is', () => {
  it('is a language model of the AI SDK, version 4', () => {
    expect(model).toMatchObject({ specificationVersion: 'v4', provider: 'bulkhead', modelId: 'local' });
  });

  it('says the same to the same prompt', async () => {
    const options = { prompt: ask('Is AC-1042 up and what do I owe?'), tools: definitions };
    expect(await model.doGenerate(options)).toEqual(
      await createLocalModel({ now: () => now }).doGenerate(options),
    );
  });

  it('works inside the AI SDK, with its tools and its loop', async () => {
    const { text, steps } = await generateText({
      model,
      prompt: 'What is the status of order ORD-7?',
      stopWhen: isStepCount(3),
      tools: {
        orderStatus: tool({
          description: 'The status of an order',
          inputSchema: jsonSchema<{ order: string }>({
            type: 'object',
            properties: { order: { type: 'string', pattern: '^ORD-\\d+$' } },
            required: ['order'],
          }),
          providerOptions: { bulkhead: { effect: 'read', examples: ['where is my order?'] } },
          execute: async ({ order }) => ({ order, status: 'shipped' }),
        }),
      },
    });
    expect(steps).toHaveLength(2);
    expect(text).toBe('Order: ORD-7. Status: shipped.');
  });

  it('streams inside the AI SDK', async () => {
    const { textStream } = streamText({ model, prompt: 'Hello' });
    let text = '';
    for await (const delta of textStream) text += delta;
    expect(text).toBe('Hello. How can I help you?');
  });
});

describe('settings', () => {
  it('refuses to begin after an abort', async () => {
    const abortSignal = AbortSignal.abort(new Error('stopped'));
    await expect(model.doGenerate({ prompt: ask('Hello'), abortSignal })).rejects.toThrow('stopped');
  });

  it('cuts the text at the limit of tokens and at stop sequences', async () => {
    const short = await model.doGenerate({ prompt: ask('Hello'), maxOutputTokens: 1 });
    expect(short).toMatchObject({ content: [{ text: 'Hell' }], finishReason: { unified: 'length' } });
    const stopped = await model.doGenerate({ prompt: ask('Hello'), stopSequences: ['How'] });
    expect(stopped).toMatchObject({ content: [{ text: 'Hello. ' }], finishReason: { unified: 'stop' } });
  });

  it('warns of files, which it cannot read', async () => {
    const { warnings } = await model.doGenerate({
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hello' },
            { type: 'file', mediaType: 'image/png', data: { type: 'data', data: new Uint8Array(3) } },
          ],
        },
      ],
    });
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'files' }]);
  });

  it('reads only so much of a message, and then changes nothing', async () => {
    const { calls } = await play(model, clinicTools, [
      `Cancel appointment AP-9. ${'Thank you. '.repeat(2000)}`,
    ]);
    expect(calls).toEqual([]);
  });

  it.each([
    '> a\n',
    '$5 ',
    'a-',
    'A.',
    'and check ',
    'if ',
    '"',
    'said ',
    'AC-1042 ',
    '😀',
    '\u0301',
    '(((',
    'no wait ',
  ])('ends on a message that is nothing but: %s', async (piece) => {
    const { calls } = await play(model, supportTools(), [piece.repeat(2000)]);
    expect(calls.filter(({ tool: name }) => name === 'credit')).toEqual([]);
  });
});
