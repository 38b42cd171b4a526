import { describe, expect, it } from 'vitest';
import { request, type ToolCallOverrides, toolCall } from '../../../test/fakes/calls.ts';
import { FakeDesk } from '../../../test/fakes/desk.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import { compose, type Middleware } from '../../contract/middleware.ts';
import { approval } from './approval.ts';
import { batch } from './batch-barrier.ts';

const risky = { tool: { risk: ['financial' as const] } };

/** A pipeline of the batch, a control that refuses some, and the approval, around a tool that is recorded. */
function setUp(size: number) {
  const run = new FakeRun();
  const desk = new FakeDesk();
  const executed: string[] = [];
  const refused = new Set<string>();
  const outcomes = new Map<string, string>();
  const refuse: Middleware<ToolCall, ToolResult> = {
    name: 'refuse',
    handle: async (call, next) => {
      if (refused.has(call.step.key)) throw new Error('refused');
      return next(call);
    },
  };
  const gateway = compose([batch(), refuse, approval({ desk, clock: run.clock })], async ({ step }) => {
    executed.push(step.key);
    return { output: step.key };
  });
  const known = new Set<string>();
  /** Lets a call in, as the executor does: requested once, completed with what came of it. */
  const enter = (key: string, overrides: ToolCallOverrides = {}) => {
    const call = toolCall(run, { key, batch: { id: 'b', size }, ...overrides });
    if (!known.has(key)) request(run, call);
    known.add(key);
    const complete = (outcome: 'ok' | 'error') => {
      outcomes.set(key, outcome);
      run.record({ meta: { kind: 'tool.completed', key, tool: 'refund', outcome, durationMs: 1 } });
    };
    void gateway(call).then(
      () => complete('ok'),
      () => complete('error'),
    );
  };
  const waiting = () => run.suspensions.map(({ key, reason }) => `${key}: ${reason.for}`).sort();
  return { run, desk, executed, refused, outcomes, enter, waiting };
}

describe('a batch', () => {
  it('runs none of its calls before the last is cleared, and then all at once', async () => {
    const { enter, executed, run } = setUp(3);
    enter('a');
    enter('b');
    await settled();
    expect(executed).toEqual([]);
    enter('c');
    await settled();
    expect(executed.sort()).toEqual(['a', 'b', 'c']);
    expect(run.all('tool.cleared')).toHaveLength(3);
    expect(run.suspensions).toEqual([]);
  });

  it('waits without memory while a person decides, and runs after that, in another process too', async () => {
    const { enter, executed, run, waiting } = setUp(3);
    enter('a');
    enter('b', risky);
    enter('c');
    await settled();
    expect(executed).toEqual([]);
    expect(waiting()).toEqual(['a: batch', 'b: review', 'c: batch']);
    run.restart();
    run.decide('b', 'approved');
    enter('a');
    enter('b', risky);
    enter('c');
    await settled();
    expect(executed.sort()).toEqual(['a', 'b', 'c']);
    expect(run.suspensions).toEqual([]);
  });

  it('goes on in the same process when the decision comes while other work is under way', async () => {
    const { enter, executed, run } = setUp(2);
    enter('a');
    enter('b', risky);
    await settled();
    run.decide('b', 'approved');
    enter('a');
    enter('b', risky);
    await settled();
    expect(executed.sort()).toEqual(['a', 'b']);
  });

  it('counts a call that a reviewer denied as resolved', async () => {
    const { enter, executed, outcomes, run } = setUp(2);
    enter('a');
    enter('b', risky);
    await settled();
    run.restart();
    run.decide('b', 'denied');
    enter('a');
    enter('b', risky);
    await settled();
    expect(executed).toEqual(['a']);
    expect(outcomes.get('b')).toBe('error');
  });

  it('keeps an approved call waiting until the others are decided', async () => {
    const { enter, executed, run, waiting } = setUp(3);
    for (const key of ['a', 'b', 'c']) enter(key, risky);
    await settled();
    run.restart();
    run.decide('a', 'approved');
    run.decide('b', 'denied');
    for (const key of ['a', 'b', 'c']) enter(key, risky);
    await settled();
    expect(executed).toEqual([]);
    expect(waiting()).toEqual(['a: batch', 'c: review']);
    run.restart();
    run.decide('c', 'approved');
    for (const key of ['a', 'c']) enter(key, risky);
    await settled();
    expect(executed.sort()).toEqual(['a', 'c']);
  });

  it('is not held up by a call that a control refused before anybody was asked', async () => {
    const { enter, executed, refused, outcomes } = setUp(2);
    refused.add('b');
    enter('a');
    await settled();
    expect(executed).toEqual([]);
    enter('b');
    await settled();
    expect(executed).toEqual(['a']);
    expect(outcomes.get('b')).toBe('error');
  });

  it('goes to sleep when the last but the asking call was refused', async () => {
    const { enter, refused, waiting } = setUp(3);
    refused.add('c');
    enter('a');
    enter('b', risky);
    await settled();
    expect(waiting()).toEqual(['b: review']);
    enter('c');
    await settled();
    expect(waiting()).toEqual(['a: batch', 'b: review']);
  });

  it('counts what was completed before a takeover', async () => {
    const { enter, executed, run } = setUp(2);
    enter('a');
    enter('b');
    await settled();
    run.entries.splice(
      run.entries.findIndex(({ meta }) => meta.kind === 'tool.completed' && meta.key === 'b'),
      1,
    );
    executed.length = 0;
    run.restart();
    enter('b');
    await settled();
    expect(executed).toEqual(['b']);
  });

  it('lets a call go that started before a takeover, whatever the others do', async () => {
    const { enter, executed, run } = setUp(2);
    enter('a');
    run.record({
      meta: {
        kind: 'tool.started',
        key: 'a',
        tool: 'refund',
        attempt: 1,
        idempotencyKey: 'k',
        inputHash: 'h',
      },
    });
    run.restart();
    enter('a');
    await settled();
    expect(executed).toEqual(['a']);
  });

  it('lets its calls go when the run is cancelled', async () => {
    const { enter, outcomes } = setUp(2);
    const cancel = new AbortController();
    enter('a', { signal: cancel.signal });
    await settled();
    cancel.abort(new Error('cancelled'));
    await settled();
    expect(outcomes.get('a')).toBe('error');
  });

  it('of one call is none', async () => {
    const { enter, executed, run } = setUp(1);
    enter('a');
    await settled();
    expect(executed).toEqual(['a']);
    expect(run.all('tool.cleared')).toEqual([]);
  });
});
