import { describe, expect, it } from 'vitest';
import { callId, countCalls } from './call-id.ts';
import { ask } from './testing/ask.ts';
import { estimateUsage } from './usage.ts';

describe('estimateUsage', () => {
  it('counts four characters a token, of the prompt and tools as JSON and of what was generated', () => {
    const prompt = ask('x'.repeat(400));
    const usage = estimateUsage({ prompt }, [{ type: 'text', text: '12345' }]);
    expect(usage.inputTokens.total).toBe(Math.ceil(JSON.stringify(prompt).length / 4));
    expect(usage.outputTokens).toEqual({ total: 2, text: 2, reasoning: 0 });
  });

  it('counts no bytes of files', () => {
    const withFile = (size: number) =>
      estimateUsage(
        {
          prompt: [
            {
              role: 'user',
              content: [
                { type: 'file', mediaType: 'a/b', data: { type: 'data', data: new Uint8Array(size) } },
              ],
            },
          ],
        },
        [],
      ).inputTokens.total;
    expect(withFile(10_000)).toBe(withFile(1));
  });
});

describe('callId', () => {
  it('depends on the place, the tool and the values, not on their order', () => {
    expect(callId(0, 'a', { x: 1, y: 2 })).toBe(callId(0, 'a', { y: 2, x: 1 }));
    expect(
      new Set([callId(0, 'a', {}), callId(1, 'a', {}), callId(0, 'b', {}), callId(0, 'a', { x: 1 })]).size,
    ).toBe(4);
  });

  it('counts the calls of the assistant only', () => {
    expect(countCalls(ask('hello'))).toBe(0);
  });
});
