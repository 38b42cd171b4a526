import { describe, expect, it } from 'vitest';
import type { RunEntry } from '../client/index.ts';
import { sampleEntries } from '../testing/samples.ts';
import { createPaint } from './paint.ts';
import { RunLines } from './run-lines.ts';

function linesOf(...entries: RunEntry[]): string[] {
  const lines = new RunLines({ paint: createPaint(false), invocation: 'bulkhead' });
  return entries.flatMap((entry) => lines.of(entry));
}

describe('a run as a person watches it', () => {
  it('shows models, calls with their input, questions and decisions', () => {
    expect(linesOf(...sampleEntries)).toEqual([
      'model local · 412 tokens · $0.00040 · 12 ms',
      'waits for a person: approve credit {"account":"AC-1042","usd":80}?',
      '  bulkhead review approve 5f0c2d6e-0000-4000-8000-000000000001',
      '  bulkhead review deny 5f0c2d6e-0000-4000-8000-000000000001',
      'approved by ann: Fine by me',
      'tool  credit {"account":"AC-1042","usd":80} · ok · 1.5 s · 2 redacted',
    ]);
  });

  it.each<[string, RunEntry, string[]]>([
    [
      'a refused call',
      {
        kind: 'tool.completed',
        key: 'k',
        tool: 'credit',
        outcome: 'denied',
        code: 'not_permitted',
        durationMs: 3,
        at: 1,
      },
      ['tool  credit · not_permitted · 3 ms'],
    ],
    [
      'a failed attempt',
      { kind: 'tool.attempted', key: 'k', tool: 'bill', attempt: 2, code: 'backend_error', at: 1 },
      ['tool  bill · backend_error · attempt 2'],
    ],
    [
      'a result that was given again',
      {
        ...{ kind: 'tool.completed', key: 'k', tool: 'bill', outcome: 'ok', durationMs: 3, at: 1 },
        ...{ cached: true, stale: true },
      },
      ['tool  bill · ok · 3 ms · from cache, being read anew'],
    ],
    [
      'an answer that was given again',
      {
        ...{ kind: 'model.completed', key: 'm', model: 'openai/x', outcome: 'ok', durationMs: 5, at: 1 },
        ...{ cached: 'exact', source: 'run-1', savedTokens: 40, savedUsd: 0.01 },
      },
      ['model openai/x · from cache (exact) · 5 ms'],
    ],
    [
      'a model that failed',
      {
        kind: 'model.completed',
        key: 'm',
        model: 'openai/x',
        outcome: 'error',
        code: 'rate_limited',
        durationMs: 5,
        at: 1,
      },
      ['model openai/x · rate_limited · 5 ms'],
    ],
    [
      'a model that was tried again',
      {
        kind: 'model.attempted',
        key: 'm',
        model: 'openai/x',
        attempt: 1,
        code: 'overloaded',
        tokens: 0,
        usd: 0,
        at: 1,
      },
      ['model openai/x · overloaded · attempt 1'],
    ],
    [
      'a model whose provider is down',
      { kind: 'model.postponed', key: 'm', model: 'openai/x', code: 'overloaded', wakeAt: 0, at: 1 },
      ['model openai/x · overloaded · waits until 1970-01-01T00:00:00.000Z'],
    ],
    ['a sleep', { kind: 'timer.set', key: 't', wakeAt: 0, at: 1 }, ['sleep until 1970-01-01T00:00:00.000Z']],
    [
      'a child',
      {
        kind: 'child.started',
        key: 'c',
        child: 'r2',
        agent: 'billing',
        allowance: { usd: null, tokens: 1 },
        at: 1,
      },
      ['run   billing · r2'],
    ],
    [
      "a child's end",
      { kind: 'child.completed', key: 'c', child: 'r2', outcome: 'ok', tokens: 10, usd: 0, inbox: 1, at: 1 },
      ['run   ended · ok · 10 tokens · $0'],
    ],
    [
      'a memo',
      { kind: 'step.completed', key: 'memo:prices.1', operation: 'memo', outcome: 'ok', at: 1 },
      ['memo  memo:prices.1'],
    ],
    [
      'an interruption',
      { kind: 'run.interrupted', code: 'code_host_died', at: 1 },
      ['interrupted: code_host_died'],
    ],
    [
      'a window that fills up',
      { kind: 'window.warned', key: 'model#3', percent: 80, tokens: 10_000, limit: 12_288, at: 1 },
      ['the prompt fills 80 % of the window'],
    ],
    [
      'a prompt that was cut',
      { kind: 'window.trimmed', key: 'model#3', messages: 4, tokens: 900, at: 1 },
      ['the prompt lost its 4 oldest messages'],
    ],
    [
      'a wish to cancel',
      { kind: 'cancel.requested', inbox: 1, principal: 'ann', at: 1 },
      ['ann asked to cancel'],
    ],
  ])('shows %s', (_, entry, lines) => {
    expect(linesOf(entry)).toEqual(lines);
  });

  it.each<[RunEntry['kind'], RunEntry]>([
    ['step.completed', { kind: 'step.completed', key: 'now.1', operation: 'now', outcome: 'ok', at: 1 }],
    ['run.succeeded', { kind: 'run.succeeded', at: 1 }],
    [
      'tool.started',
      { kind: 'tool.started', key: 'k', tool: 't', attempt: 1, idempotencyKey: 'i', inputHash: 'h', at: 1 },
    ],
  ])('says nothing about %s', (_, entry) => {
    expect(linesOf(entry)).toEqual([]);
  });

  it('says when a run goes on in another worker, and not when the same one takes it up again', () => {
    const claimed = (epoch: number): RunEntry => ({ kind: 'run.claimed', epoch, worker: 'w', at: 1 });
    expect(linesOf(claimed(7), claimed(7))).toEqual([]);
    expect(linesOf(claimed(7), claimed(8))).toEqual(['goes on in another worker']);
  });

  it('names the command that each kind of question takes', () => {
    const asked = (reviewKind: 'answer' | 'escalation' | 'unknown-outcome', review: object): RunEntry => ({
      kind: 'review.requested',
      key: 'k',
      review: 'rev',
      reviewKind,
      tool: 'credit',
      binding: 'b',
      expiresAt: 1,
      at: 1,
      content: { review: review as never },
    });
    expect(linesOf(asked('answer', { title: 'Open the account?' }))).toEqual([
      'waits for a person: approve "Open the account?"?',
      '  bulkhead review approve rev',
      '  bulkhead review deny rev',
    ]);
    expect(linesOf(asked('escalation', { question: 'Can I move?' }))).toEqual([
      'waits for a person: answer "Can I move?"',
      '  bulkhead review answer rev "<text>"',
    ]);
    expect(linesOf(asked('unknown-outcome', {}))).toEqual([
      'waits for a person: did credit happen?',
      '  bulkhead review resolve rev retry',
      `  bulkhead review resolve rev record --output '<json>'`,
      '  bulkhead review resolve rev fail',
    ]);
  });
});
