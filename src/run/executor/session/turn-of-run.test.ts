import { describe, expect, it } from 'vitest';
import { modelResponse } from '../../../../test/fakes/calls.ts';
import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import type { Entry } from '../../../contract/entry.ts';
import type { Json } from '../../../contract/json.ts';
import type { RunKind } from '../../../contract/run.ts';
import { turnOfRun } from './turn-of-run.ts';

const created = (definition: RunKind, input: unknown): Entry => ({
  meta: {
    kind: 'run.created',
    at: 0,
    agent: 'support',
    definition,
    version: 'v',
    lane: 'normal',
    principal: 'ada',
    budget: DEFAULT_BUDGET,
  },
  body: { input: input as Json },
});
const succeeded = (output: unknown): Entry => ({
  meta: { kind: 'run.succeeded', at: 1 },
  body: { output: output as Json },
});
const user = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] });
const said = (text: string) => ({ ...modelResponse(), content: [{ type: 'text', text }] });

describe('what a run said in its session', () => {
  it('is its input and its output', () => {
    expect(turnOfRun('r', created('agent', 'Up?'), succeeded('Yes.'))).toEqual({
      run: 'r',
      asked: 'Up?',
      answered: 'Yes.',
    });
    expect(turnOfRun('r', created('workflow', { line: 7 }), succeeded(null))?.asked).toBe('{"line":7}');
    expect(turnOfRun('r', created('agent', 'Up?'), undefined)).toBeUndefined();
  });

  it('is of a chat the last question and the words of the answer', () => {
    const prompt = [
      { role: 'system', content: 'Be brief.' },
      user('Hello?'),
      { role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
      user('Up?'),
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'a', toolName: 'look', input: {} }] },
      { role: 'tool', content: [] },
    ];
    const chat = created('chat', { prompt });
    expect(turnOfRun('r', chat, succeeded(said('It is up.')))).toEqual({
      run: 'r',
      asked: 'Up?',
      answered: 'It is up.',
    });
    const calls = [{ type: 'tool-call', toolCallId: 'a', toolName: 'look', input: {} }];
    expect(turnOfRun('r', chat, succeeded({ ...modelResponse(), content: calls }))).toBeUndefined();
  });
});
