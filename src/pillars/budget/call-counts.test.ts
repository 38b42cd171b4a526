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

  it('does not let calls side by side pass together', async () => {
    const run = new FakeRun();
    const results = await Promise.allSettled(
      ['a', 'b'].map((key) => modelCallCount().handle(modelCall(run, { key, budget }), begin(run, key))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
