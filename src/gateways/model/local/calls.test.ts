import { describe, expect, it } from 'vitest';
import { createLocalModel } from './index.ts';
import { answeredCall, ask, now } from './testing/ask.ts';
import { play } from './testing/play.ts';
import { supportTools } from './testing/support-tools.ts';

const model = createLocalModel({ now: () => now });
const definitions = supportTools().map(({ definition }) => definition);

describe('calls', () => {
  it('have ids that are unique in a conversation and the same on every replay', async () => {
    const messages = ['Is AC-1042 up?', 'and AC-1043?', 'Is AC-1042 up?'];
    const [one, other] = [
      await play(model, supportTools(), messages),
      await play(model, supportTools(), messages),
    ];
    const ids = one.calls.map(({ toolCallId }) => toolCallId);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    expect(other.calls.map(({ toolCallId }) => toolCallId)).toEqual(ids);
  });

  it('look up what the user does not know, then act on it', async () => {
    const { calls } = await play(model, supportTools(), ['I am Wei Chen, please credit me with $4']);
    expect(calls.map(({ tool: name, input }) => [name, input])).toEqual([
      ['findAccount', { name: 'Wei Chen' }],
      ['credit', { account: 'AC-1044', usd: 4 }],
    ]);
  });

  it('that only read go out together, one for each question', async () => {
    const { content } = await model.doGenerate({
      prompt: ask('Is AC-1042 up? What do I owe?'),
      tools: definitions,
    });
    expect(content.map((part) => part.type === 'tool-call' && part.toolName)).toEqual(['lineStatus', 'bill']);
  });

  it('that change something go out one at a time, after those that read', async () => {
    const { content } = await model.doGenerate({
      prompt: ask('Credit AC-1042 with $5, run a line test on AC-1043 and tell me what AC-1044 owes'),
      tools: definitions,
    });
    expect(content.map((part) => part.type === 'tool-call' && part.toolName)).toEqual(['bill']);
    const { calls } = await play(model, supportTools(), [
      'Credit AC-1042 with $5, run a line test on AC-1043 and tell me what AC-1044 owes',
    ]);
    expect(calls.map(({ tool: name }) => name)).toEqual(['bill', 'credit', 'runLineTest']);
  });

  it('are never repeated within a turn, whatever came back', async () => {
    for (const output of [
      { type: 'json', value: null },
      { type: 'error-text', value: 'timeout' },
      { type: 'json', value: { account: 'AC-1043' } },
    ] as const) {
      const prompt = answeredCall('Is the line of AC-1042 up?', 'lineStatus', { account: 'AC-1042' }, output);
      const { content } = await model.doGenerate({ prompt, tools: definitions });
      expect(content.map(({ type }) => type)).toEqual(['text']);
    }
  });

  it('take a value from the user rather than from memory, and ask when memory holds two', async () => {
    const told = await play(model, supportTools(), ['Is AC-1042 up?', 'Credit AC-1043 with $5']);
    expect(told.calls.at(-1)?.input).toMatchObject({ account: 'AC-1043' });
    const open = await play(model, supportTools(), [
      'Is AC-1042 up? Is AC-1043 up?',
      'Give me a 5 dollar credit',
    ]);
    expect(open.calls.map(({ tool: name }) => name)).toEqual(['lineStatus', 'lineStatus']);
    expect(open.answer).toBe('Which account do you mean: AC-1042 or AC-1043?');
  });

  it('wait for the value that the user was asked for', async () => {
    const { calls } = await play(model, supportTools(), ['Quiero un abono de 5 dólares', 'AC-1042']);
    expect(calls).toMatchObject([{ tool: 'credit', input: { account: 'AC-1042', usd: 5 } }]);
  });

  it('that changed something are not made again by a message that only adds a value', async () => {
    const { calls } = await play(model, supportTools(), ['Credit AC-1042 with $5', 'AC-1043']);
    expect(calls).toHaveLength(1);
  });

  it('are not made when the tool choice forbids them, and only of the tool that it names', async () => {
    const prompt = ask('Is AC-1042 up?');
    const none = await model.doGenerate({ prompt, tools: definitions, toolChoice: { type: 'none' } });
    expect(none.content[0]?.type).toBe('text');
    const named = await model.doGenerate({
      prompt,
      tools: definitions,
      toolChoice: { type: 'tool', toolName: 'bill' },
    });
    expect(named.content[0]?.type).toBe('text');
    expect(named.warnings[0]).toMatchObject({ type: 'unsupported', feature: 'toolChoice: tool' });
  });
});
