import { describe, expect, it } from 'vitest';
import { toolCall } from '../../../test/fakes/calls.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import { deadline } from './deadline.ts';

function claimedRun(): FakeRun {
  const run = new FakeRun();
  run.record({ meta: { kind: 'run.claimed', epoch: 1, worker: 'w' } });
  return run;
}
const middleware = (run: FakeRun) => deadline<ToolCall, ToolResult>({ clock: run.clock });
const budget = { time: 1_000 };

describe('deadline', () => {
  it('lets a call through while there is time and leaves no timer behind', async () => {
    const run = claimedRun();
    expect(await middleware(run).handle(toolCall(run, { budget }), async () => ({ output: 1 }))).toEqual({
      output: 1,
    });
    expect(run.clock.sleeping).toBe(0);
  });

  it('ends the run before a call when the time is used up', async () => {
    const run = claimedRun();
    await run.clock.advance(1_000);
    const handled = middleware(run).handle(toolCall(run, { budget }), async () => ({ output: 1 }));
    await expect(handled).rejects.toMatchObject({ code: 'deadline_exceeded', endsRun: true });
  });

  it('gives a call the rest of the time, then aborts it', async () => {
    const run = claimedRun();
    await run.clock.advance(400);
    let signal: AbortSignal | undefined;
    const handled = middleware(run).handle(toolCall(run, { budget }), (call) => {
      signal = call.signal;
      return new Promise((_, reject) =>
        call.signal.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    });
    await run.clock.advance(599);
    expect(await stateOf(handled)).toBe('pending');
    const failure = expect(handled).rejects.toMatchObject({ code: 'deadline_exceeded', endsRun: true });
    await run.clock.advance(1);
    await failure;
    expect(signal?.reason).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('ends the run even when the work does not heed its signal', async () => {
    const run = claimedRun();
    const handled = middleware(run).handle(toolCall(run, { budget }), () => new Promise(() => {}));
    const failure = expect(handled).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await run.clock.advance(1_000);
    await failure;
  });

  it('does not count the time for which the run waited', async () => {
    const run = claimedRun();
    await run.clock.advance(400);
    run.record({ meta: { kind: 'run.waiting', for: [] } });
    await run.clock.advance(86_400_000);
    run.record({ meta: { kind: 'run.claimed', epoch: 2, worker: 'w' } });
    expect(await middleware(run).handle(toolCall(run, { budget }), async () => ({ output: 1 }))).toEqual({
      output: 1,
    });
  });

  it('passes a cancel on and leaves no timer behind', async () => {
    const run = claimedRun();
    const cancel = new AbortController();
    const handled = middleware(run).handle(
      toolCall(run, { budget, signal: cancel.signal }),
      (call) =>
        new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
    );
    cancel.abort(new Error('cancelled'));
    await expect(handled).rejects.toThrow('cancelled');
    expect(run.clock.sleeping).toBe(0);
  });

  it('passes an error of the work on as it is', async () => {
    const run = claimedRun();
    const handled = middleware(run).handle(toolCall(run, { budget }), () =>
      Promise.reject(new Error('broken')),
    );
    await expect(handled).rejects.toThrow('broken');
  });

  it('does not end a step that is suspended: it may have been entered again', async () => {
    const run = claimedRun();
    const handled = middleware(run).handle(toolCall(run, { budget }), ({ step }) =>
      step.suspend({ for: 'review' }, 9),
    );
    expect(await stateOf(handled)).toBe('pending');
    expect(run.clock.sleeping).toBe(0);
    expect(run.suspensions).toMatchObject([{ reason: { for: 'review' }, wakeAt: 9 }]);
  });

  it('shows the work below what is recorded meanwhile', async () => {
    const run = claimedRun();
    await middleware(run).handle(toolCall(run, { budget }), async ({ step }) => {
      step.record({ meta: { kind: 'timer.fired', key: step.key } });
      expect(step.entries).toHaveLength(1);
      return { output: null };
    });
  });

  it('leaves time to undo what a run did that has none', async () => {
    const run = claimedRun();
    await run.clock.advance(5_000);
    const call = toolCall(run, { budget, compensates: { key: 'a', output: null } });
    expect(await middleware(run).handle(call, async () => ({ output: 1 }))).toEqual({ output: 1 });
  });

  it('takes limits that no timer can hold', async () => {
    const run = claimedRun();
    const call = toolCall(run, { budget: { time: 400 * 86_400_000 } });
    expect(await middleware(run).handle(call, async () => ({ output: 1 }))).toEqual({ output: 1 });
  });
});
