import { describe, expect, it } from 'vitest';
import { modelCall, modelResponse, request, toolCall } from '../../../test/fakes/calls.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import { modelCallCount, toolCallCount } from './call-counts.ts';

const done = async () => ({ output: 'done' });

describe('toolCallCount', () => {
  const budget = { toolCallsPerTurn: 2 };

  function requested(run: FakeRun, key: string, compensates?: string) {
    const call = toolCall(run, {
      key,
      budget,
      ...(compensates ? { compensates: { key: compensates, output: null } } : {}),
    });
    request(run, call);
    return call;
  }

  it('lets the first calls of the turn through and denies the others', async () => {
    const run = new FakeRun();
    const calls = ['a', 'b', 'c'].map((key) => requested(run, key));
    const results = await Promise.allSettled(calls.map((call) => toolCallCount().handle(call, done)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'tool_call_limit', denied: true, endsRun: false } });
  });

  it('counts a call that is entered again once', async () => {
    const run = new FakeRun();
    requested(run, 'a');
    requested(run, 'b');
    run.restart();
    const again = requested(run, 'b');
    expect(await toolCallCount().handle(again, done)).toEqual({ output: 'done' });
  });

  it('does not count what undoes a call', async () => {
    const run = new FakeRun();
    requested(run, 'a');
    requested(run, 'b');
    expect(await toolCallCount().handle(requested(run, 'undo/a', 'a'), done)).toEqual({ output: 'done' });
    await expect(toolCallCount().handle(requested(run, 'c'), done)).rejects.toMatchObject({
      code: 'tool_call_limit',
    });
  });
});

describe('the tool calls of a run', () => {
  const budget = { toolCalls: 3 };
  const child = { key: 'child', child: 'run-2' };

  function requested(run: FakeRun, key: string) {
    const call = toolCall(run, { key, budget });
    request(run, call);
    return call;
  }

  it('count with those of its children: what they may make, then what they made', async () => {
    const run = new FakeRun();
    const allowance = { usd: null, tokens: 1, modelCalls: 1, toolCalls: 3 };
    run.record({ meta: { kind: 'child.started', ...child, agent: 'b', allowance } });
    await expect(toolCallCount().handle(requested(run, 'a'), done)).rejects.toMatchObject({
      code: 'budget_exceeded',
      endsRun: true,
      details: { unit: 'toolCalls', limit: 3 },
    });
    const end = { outcome: 'ok' as const, tokens: 0, usd: 0, modelCalls: 1, toolCalls: 1, inbox: 1 };
    run.record({ meta: { kind: 'child.completed', ...child, ...end } });
    expect(await toolCallCount().handle(requested(run, 'b'), done)).toEqual({ output: 'done' });
    await expect(toolCallCount().handle(requested(run, 'c'), done)).rejects.toMatchObject({
      code: 'budget_exceeded',
    });
  });

  it('let a call in again that was let in before, whatever children did since', async () => {
    const run = new FakeRun();
    const call = requested(run, 'a');
    const allowance = { usd: null, tokens: 1, toolCalls: 3 };
    run.record({ meta: { kind: 'child.started', ...child, agent: 'b', allowance } });
    run.restart();
    expect(await toolCallCount().handle({ ...call, step: run.step('a') }, done)).toEqual({ output: 'done' });
  });
});

describe('modelCallCount', () => {
  const budget = { modelCalls: 1 };
  const begin = (run: FakeRun, key: string) => async () => {
    await settled();
    run.record({
      meta: { kind: 'model.started', key, attempt: 1, model: 'local', reservedTokens: 1, reservedUsd: 0 },
    });
    return modelResponse();
  };

  it('ends the run at the call beyond the limit', async () => {
    const run = new FakeRun();
    await modelCallCount().handle(modelCall(run, { key: 'a', budget }), begin(run, 'a'));
    await expect(
      modelCallCount().handle(modelCall(run, { key: 'b', budget }), begin(run, 'b')),
    ).rejects.toMatchObject({ code: 'model_call_limit', endsRun: true });
  });

  it('lets a call in again that was begun before a crash', async () => {
    const run = new FakeRun();
    await modelCallCount().handle(modelCall(run, { key: 'a', budget }), begin(run, 'a'));
    run.restart();
    await modelCallCount().handle(modelCall(run, { key: 'a', budget }), begin(run, 'a'));
    expect(run.all('model.started')).toHaveLength(2);
  });

  it('keeps the last call for the answer of an agent that may give one', async () => {
    const run = new FakeRun();
    const partial = { modelCalls: 2, whenSpent: 'partial' as const };
    const ask = (key: string, lastTurn?: true) =>
      modelCallCount().handle(
        modelCall(run, { key, budget: partial, request: lastTurn ? { lastTurn } : {} }),
        begin(run, key),
      );
    await ask('a');
    await expect(ask('b')).rejects.toMatchObject({
      code: 'model_call_limit',
      endsRun: false,
      details: { lastTurn: expect.any(Number) },
    });
    await ask('last-turn', true);
    await expect(ask('again', true)).rejects.toMatchObject({ code: 'model_call_limit', endsRun: true });
  });

  it('does not let calls side by side pass together', async () => {
    const run = new FakeRun();
    const results = await Promise.allSettled(
      ['a', 'b'].map((key) => modelCallCount().handle(modelCall(run, { key, budget }), begin(run, key))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
