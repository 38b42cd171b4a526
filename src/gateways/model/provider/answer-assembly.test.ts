import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { AnswerAssembly } from './answer-assembly.ts';

function assemble(...parts: LanguageModelV4StreamPart[]) {
  const assembly = new AnswerAssembly();
  for (const part of parts) assembly.add(part);
  return assembly;
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

describe('an answer', () => {
  it('keeps the order in which its blocks began, though their pieces mix', () => {
    const { content } = assemble(
      { type: 'reasoning-start', id: '0' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'hel' },
      { type: 'reasoning-delta', id: '0', delta: 'hm' },
      { type: 'text-delta', id: '0', delta: 'lo' },
      { type: 'tool-call', toolCallId: '1', toolName: 'find', input: '{}' },
      { type: 'text-start', id: '1' },
      { type: 'text-delta', id: '1', delta: 'bye' },
    );
    expect(content).toMatchObject([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'hello' },
      { type: 'tool-call' },
      { type: 'text', text: 'bye' },
    ]);
  });

  it('begins a new block where an ended one begins again under the same id', () => {
    const { content } = assemble(
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'one' },
      { type: 'text-end', id: '0' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'two' },
    );
    expect(content).toEqual([
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ]);
  });

  it('takes a piece without a beginning', () => {
    expect(assemble({ type: 'text-delta', id: '0', delta: 'hi' }).content).toEqual([
      { type: 'text', text: 'hi' },
    ]);
  });

  it('gathers what the provider says about a block: a signature comes with its last piece', () => {
    const { content } = assemble(
      { type: 'reasoning-start', id: '0', providerMetadata: { anthropic: { a: 1 } } },
      { type: 'reasoning-delta', id: '0', delta: '', providerMetadata: { anthropic: { signature: 's' } } },
      { type: 'reasoning-end', id: '0' },
    );
    expect(content).toEqual([
      { type: 'reasoning', text: '', providerMetadata: { anthropic: { a: 1, signature: 's' } } },
    ]);
  });

  it('leaves out blocks that hold nothing, and marks that say nothing', () => {
    const { content } = assemble(
      { type: 'custom', kind: 'anthropic.message_start' },
      { type: 'text-start', id: '0' },
      { type: 'text-end', id: '0' },
      { type: 'tool-input-start', id: '1', toolName: 'find' },
      { type: 'tool-input-delta', id: '1', delta: '{' },
      { type: 'ping' },
    );
    expect(content).toEqual([]);
  });

  it('replaces a preliminary result of a tool that the provider runs', () => {
    const result = { type: 'tool-result', toolCallId: '1', toolName: 'search' } as const;
    const { content } = assemble(
      { ...result, result: 'half', preliminary: true },
      { ...result, result: 'three quarters', preliminary: true },
      { ...result, result: 'whole' },
    );
    expect(content).toEqual([{ ...result, result: 'whole' }]);
  });

  it("is complete only on the provider's own word", () => {
    expect(assemble().complete).toBe(false);
    expect(
      assemble({ type: 'finish', usage, finishReason: { unified: 'interrupted', raw: undefined } }).complete,
    ).toBe(false);
    expect(assemble({ type: 'finish', usage, finishReason: { unified: 'stop', raw: 'stop' } }).complete).toBe(
      true,
    );
  });
});
