import { describe, expect, it } from 'vitest';
import { agent, tool } from '../../contract/define/index.ts';
import { describeModule } from '../bundle/describe.ts';
import { readMessage } from './read-message.ts';

const read = tool({
  description: 'Reads',
  inputSchema: { type: 'object' },
  effect: 'read',
  execute: () => 1,
});
const manifest = describeModule({
  one: agent({ name: 'one', instructions: 'Help.', tools: { read }, model: { small: 'local' } }),
  two: agent({ name: 'two', instructions: 'Help.', model: ['openai/gpt-5-mini', 'local'] }),
});
const error = { code: 'tool_failed', message: 'No.' };
const failed = { ok: false, error };
const done = { ok: true, value: null };
const step = { type: 'step', execution: 1, key: 'tool:pay#1', requestHash: 'h' };
const call = {
  url: 'https://x.example',
  method: 'GET',
  headers: [['a', 'b']],
  body: null,
  redirect: 'follow',
};

describe('a message of the protocol is read', () => {
  it.each([
    { type: 'ready', manifest },
    { type: 'refused', error },
    {
      ...step,
      request: {
        operation: 'tool',
        tool: 'pay',
        input: { a: 1 },
        toolCallId: 'c',
        batch: { id: 'model#1', size: 2 },
      },
    },
    { ...step, request: { operation: 'model', request: { prompt: [{ role: 'user', content: [] }] } } },
    { ...step, request: { operation: 'sleep', duration: 0 } },
    { ...step, request: { operation: 'child', definition: 'one', input: 'hi', budget: { tokens: 5 } } },
    { ...step, request: { operation: 'review', title: 'Go on?', detail: null } },
    { ...step, request: { operation: 'escalate', question: 'q', draft: '', confidence: 0.2 } },
    { ...step, request: { operation: 'session' } },
    {
      type: 'record',
      execution: 1,
      key: 'all#1/größe#1/memo:x#1',
      requestHash: 'h',
      operation: 'memo',
      settled: failed,
    },
    { type: 'idle', execution: 1, delivery: 3 },
    { type: 'finished', execution: 1, settled: done },
    { type: 'continued', execution: 1, input: null },
    { type: 'answer', request: 1, answer: { kind: 'parsed', result: { ok: false, issues: 'x' } } },
    { type: 'answer', request: 1, answer: { kind: 'approval', result: 'whatever' } },
    { type: 'answer', request: 1, answer: { kind: 'settled', settled: done } },
    { type: 'fetch', fetch: 1, request: 1, call },
    { type: 'fetch-aborted', fetch: 1 },
    { type: 'pong', number: 1 },
  ])('%j', (message) => {
    expect(readMessage(message)).toBe(message);
  });
});

describe('anything else is refused', () => {
  it.each([
    null,
    'ready',
    [],
    {},
    { type: 'constructor' },
    { type: 'ready', manifest: { format: 2, definitions: [] } },
    { type: 'ready', manifest: { format: 1, definitions: [{ ...manifest.definitions[0], budget: null }] } },
    {
      type: 'ready',
      manifest: { format: 1, definitions: [{ ...manifest.definitions[0], tools: [{ name: 'x' }] }] },
    },
    { type: 'refused', error: 'no' },
    { ...step, request: { operation: 'root' } },
    { ...step, request: { operation: 'tool', tool: 7 } },
    { ...step, request: { operation: 'tool', tool: 'pay', input: 1, batch: { id: 'b', size: -1 } } },
    { ...step, request: { operation: 'model', request: { prompt: 'hi' } } },
    { ...step, request: { operation: 'sleep', duration: null } },
    { ...step, request: { operation: 'review', expiresAfter: -1 } },
    { ...step, key: 'a\u0000b', request: { operation: 'session' } },
    { ...step, key: 'half a pair \ud800', request: { operation: 'session' } },
    { ...step, key: '', request: { operation: 'session' } },
    { ...step, execution: '1', request: { operation: 'session' } },
    { type: 'record', execution: 1, key: 'k', requestHash: 'h', operation: 'model', settled: done },
    { type: 'record', execution: 1, key: 'k', requestHash: 'h', operation: 'memo' },
    { type: 'finished', execution: 1, settled: { ok: false } },
    { type: 'finished', execution: 1, settled: { ok: true } },
    { type: 'continued', execution: 1 },
    { type: 'finished', execution: 1, settled: { ok: false, error: { code: 'No Word', message: 'x' } } },
    { type: 'answer', request: 1, answer: { kind: 'settled', settled: 'paid' } },
    { type: 'answer', request: 1, answer: { kind: 'parsed', result: { ok: false } } },
    { type: 'fetch', fetch: 1, request: 1, call: { ...call, headers: [['a']] } },
    { type: 'fetch', fetch: 1, request: 1, call: { ...call, redirect: 'everywhere' } },
    { type: 'idle', execution: 1, delivery: 0.5 },
  ])('%j', (message) => {
    expect(() => readMessage(message)).toThrow(expect.objectContaining({ code: 'invalid_message' }));
  });
});
