import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { estimateTextTokens, estimateTokens } from './index.ts';

const english = 'The parcel of order 4711 has left our warehouse and should arrive on Tuesday before noon. ';
const json = `${JSON.stringify({ id: 'ord_4711', items: [{ sku: 'A-77', quantity: 2 }], total: '19.99 EUR', paid: true })},`;
const chinese = '您的包裹已经离开仓库，预计星期二中午之前送达。';

describe('tokens of text', () => {
  it('are exact for short texts', async () => {
    expect(await estimateTextTokens([english, json])).toBe(encode(english).length + encode(json).length);
    expect(await estimateTextTokens([])).toBe(0);
    expect(await estimateTextTokens([''])).toBe(0);
  });

  it.each([
    ['prose', english],
    ['JSON', json],
    ['Chinese', chinese],
  ])('are within a tenth for long texts: %s', async (_, text) => {
    const long = text.repeat(Math.ceil(60_000 / text.length));
    const exact = encode(long).length;
    const estimate = await estimateTextTokens([
      long.slice(0, 100),
      '',
      long.slice(100, 30_000),
      long.slice(30_000),
    ]);
    expect(Math.abs(estimate - exact) / exact).toBeLessThan(0.1);
  });

  it('are no fewer than there are, wherever in a long text the dense parts stand', async () => {
    const text = Array.from({ length: 40 }, (_, part) =>
      (part % 4 === 0 ? english : chinese).repeat(20),
    ).join('');
    // Whoever knew which parts are looked at would write English there, and elsewhere what takes most.
    const places = Array.from({ length: 16 }, (_, slice) => Math.floor((slice * (60_000 - 256)) / 15));
    let chosen = '';
    while (chosen.length < 60_000)
      chosen += places.some((place) => chosen.length >= place && chosen.length < place + 256) ? english : '𒀀';
    for (const long of [text, chosen, english.repeat(3_000)]) {
      const exact = encode(long).length;
      const estimate = await estimateTextTokens([long]);
      expect(estimate).toBeGreaterThanOrEqual(exact);
      expect(estimate / exact).toBeLessThan(1.02);
    }
  });

  it('weigh each kind of text by its share in a mixed prompt', async () => {
    const mixed = [english.repeat(300), chinese.repeat(1_500)];
    const exact = mixed.reduce((sum, text) => sum + encode(text).length, 0);
    expect(Math.abs((await estimateTextTokens(mixed)) - exact) / exact).toBeLessThan(0.1);
  });

  it('count text that spells a control token', async () => {
    expect(await estimateTextTokens(['<|endoftext|>'])).toBeGreaterThan(1);
  });
});

describe('tokens of a prompt', () => {
  const user = (
    ...content: Extract<LanguageModelV4Prompt[number], { role: 'user' }>['content']
  ): LanguageModelV4Prompt => [{ role: 'user', content }];

  it('hold the frame of each message', async () => {
    const text = await estimateTextTokens(['Be brief.']);
    expect(await estimateTokens([{ role: 'system', content: 'Be brief.' }])).toBe(text + 6);
  });

  it('hold tool calls, their results and reasoning', async () => {
    const prompt: LanguageModelV4Prompt = [
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: english },
          { type: 'tool-call', toolCallId: '1', toolName: 'find', input: { query: english } },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: '1',
            toolName: 'find',
            output: { type: 'json', value: { found: english } },
          },
          {
            type: 'tool-result',
            toolCallId: '2',
            toolName: 'find',
            output: { type: 'error-text', value: english },
          },
          {
            type: 'tool-result',
            toolCallId: '3',
            toolName: 'find',
            output: { type: 'content', value: [{ type: 'text', text: english }] },
          },
        ],
      },
    ];
    expect(await estimateTokens(prompt)).toBeGreaterThan(5 * encode(english).length);
  });

  it('hold the tools that are offered', async () => {
    const tool = {
      type: 'function',
      name: 'find',
      description: english,
      inputSchema: { type: 'object' },
    } as const;
    const without = await estimateTokens(user({ type: 'text', text: 'x' }));
    expect(await estimateTokens(user({ type: 'text', text: 'x' }), [tool])).toBeGreaterThan(
      without + encode(english).length,
    );
  });

  it('guess files by kind and size, and count those that are text', async () => {
    const file = async (mediaType: string, data: Uint8Array | string) =>
      (await estimateTokens(user({ type: 'file', mediaType, data: { type: 'data', data } }))) - 6;
    expect(await file('image/png', 'AAAA')).toBe(1_600);
    expect(await file('application/pdf', new Uint8Array(2_500))).toBe(100);
    expect(await file('application/pdf', Buffer.alloc(2_500).toString('base64'))).toBeCloseTo(100, -1);
    expect(await file('text/plain', Buffer.from(english).toString('base64'))).toBe(encode(english).length);
    expect(
      await estimateTokens(
        user({ type: 'file', mediaType: 'text/plain', data: { type: 'text', text: english } }),
      ),
    ).toBe(encode(english).length + 6);
    const url = new URL('https://a.example/b.pdf');
    expect(
      await estimateTokens(user({ type: 'file', mediaType: 'application/pdf', data: { type: 'url', url } })),
    ).toBe(1_606);
  });
});
