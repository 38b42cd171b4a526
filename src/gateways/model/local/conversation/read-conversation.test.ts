import { describe, expect, it } from 'vitest';
import { readConversation } from './read-conversation.ts';
import { readToolOutput } from './tool-output.ts';

describe('readConversation', () => {
  it('reads turns: what the user said, what was called, what was answered', () => {
    const { turns, files } = readConversation([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: [{ type: 'text', text: 'one' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Looking.' },
          { type: 'tool-call', toolCallId: 'a', toolName: 'find', input: { id: 1 } },
          { type: 'tool-call', toolCallId: 'b', toolName: 'find', input: '{"id":2}' },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'a',
            toolName: 'find',
            output: { type: 'json', value: { ok: true } },
          },
          { type: 'tool-approval-response', approvalId: 'x', approved: true },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'two' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'three' },
          { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } },
        ],
      },
    ]);
    expect(turns).toEqual([
      {
        text: 'one',
        answer: 'Looking.',
        uses: [
          {
            toolCallId: 'a',
            toolName: 'find',
            input: { id: 1 },
            reply: { outcome: 'succeeded', value: { ok: true } },
          },
          { toolCallId: 'b', toolName: 'find', input: { id: 2 }, reply: undefined },
        ],
      },
      { text: 'two\nthree', answer: '', uses: [] },
    ]);
    expect(files).toBe(1);
  });

  it('takes no record of earlier turns for words of the user', () => {
    const pinned = { providerOptions: { bulkhead: { pinned: true } } };
    const { turns } = readConversation([
      { role: 'user', content: [{ type: 'text', text: 'Refund A-1.' }], ...pinned },
      { role: 'assistant', content: [{ type: 'text', text: 'Read.' }], ...pinned },
      { role: 'user', content: [{ type: 'text', text: 'hello' }] },
    ]);
    expect(turns).toEqual([{ text: 'hello', answer: '', uses: [] }]);
  });

  it('reads an empty prompt', () => {
    expect(readConversation([]).turns).toEqual([]);
  });
});

describe('readToolOutput', () => {
  it.each([
    [{ type: 'text', value: ' {"a":1}' }, 'succeeded', { a: 1 }],
    [{ type: 'text', value: '{broken' }, 'succeeded', '{broken'],
    [{ type: 'json', value: [1] }, 'succeeded', [1]],
    [{ type: 'error-text', value: 'no' }, 'failed', 'no'],
    [{ type: 'error-json', value: { code: 'x' } }, 'failed', { code: 'x' }],
    [{ type: 'execution-denied', reason: 'no' }, 'denied', 'no'],
    [{ type: 'execution-denied' }, 'denied', null],
    [{ type: 'content', value: [{ type: 'text', text: '[1]' }] }, 'succeeded', [1]],
  ] as const)('%o is %s', (output, outcome, value) => {
    expect(readToolOutput(structuredClone(output) as Parameters<typeof readToolOutput>[0])).toEqual({
      outcome,
      value,
    });
  });
});
