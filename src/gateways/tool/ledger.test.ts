import { describe, expect, it } from 'vitest';
import { type ToolCallOverrides, toolCall } from '../../../test/fakes/calls.ts';
import { FakeDesk } from '../../../test/fakes/desk.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { ToolResult } from '../../contract/gateway-call.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { ledger } from './ledger.ts';

const DAY = 86_400_000;
const timeout = () =>
  new BulkheadError({ code: 'tool_timeout', message: 'It took too long.', outcomeUnknown: true });

function setUp() {
  const run = new FakeRun();
  const desk = new FakeDesk();
  const executed: { attempt: number; durable: number }[] = [];
  let answer: () => Promise<ToolResult> = async () => ({ output: 'done' });
  const middleware = ledger({ desk, clock: run.clock });
  return {
    run,
    desk,
    executed,
    /** What the tool does from now on. */
    tool: (next: () => Promise<ToolResult>) => {
      answer = next;
    },
    enter: (overrides: ToolCallOverrides & { attempt?: number } = {}) => {
      const call = { ...toolCall(run, overrides), attempt: overrides.attempt ?? 1 };
      const handled = middleware.handle(call, ({ attempt }) => {
        executed.push({ attempt, durable: run.durable });
        return answer();
      });
      handled.catch(() => {});
      return handled;
    },
  };
}

/** A tool that started, and a worker that died before it said how it ended. */
async function crashed(overrides: ToolCallOverrides = {}) {
  const world = setUp();
  world.tool(() => new Promise(() => {}));
  world.enter(overrides);
  await settled();
  world.run.restart();
  world.executed.length = 0;
  world.tool(async () => ({ output: 'done' }));
  return world;
}

describe('idempotencyKey', () => {
  it('belongs to one step of one run', () => {
    expect(idempotencyKey('r1', 'a')).toMatch(/^[0-9a-f]{32}$/);
    expect(idempotencyKey('r1', 'a')).toBe(idempotencyKey('r1', 'a'));
    expect(
      new Set([idempotencyKey('r1', 'a'), idempotencyKey('r1', 'b'), idempotencyKey('r2', 'a')]).size,
    ).toBe(3);
  });
});

describe('ledger', () => {
  it('writes down, durably, what starts before it starts', async () => {
    const { run, enter, executed } = setUp();
    expect(await enter({ input: { amount: 20 } })).toEqual({ output: 'done' });
    const call = toolCall(run);
    expect(run.entries).toMatchObject([
      {
        meta: {
          kind: 'tool.started',
          attempt: 1,
          idempotencyKey: idempotencyKey(call.run.id, call.step.key),
          inputHash: call.step.keyedHash({ amount: 20 }),
        },
        body: { input: { amount: 20 } },
      },
    ]);
    expect(executed).toEqual([{ attempt: 1, durable: 1 }]);
  });

  it('starts nothing once the run is cancelled, and leaves no doubt about that', async () => {
    const { run, enter, executed } = setUp();
    const cancel = new AbortController();
    cancel.abort(new Error('cancelled'));
    await expect(enter({ signal: cancel.signal })).rejects.toThrow('cancelled');
    expect(executed).toEqual([]);
    expect(run.all('tool.attempted')).toMatchObject([{ attempt: 1, code: 'not_started' }]);
  });

  it('passes an error on whose outcome is known', async () => {
    const { run, enter, tool } = setUp();
    tool(() => Promise.reject(new Error('no such order')));
    await expect(enter()).rejects.toThrow('no such order');
    expect(run.kinds()).toEqual(['tool.started']);
  });
});

describe('ledger after a crash', () => {
  it.each([
    ['a read', { tool: { effect: 'read' as const } }],
    ['an idempotent tool', { tool: { idempotent: true } }],
  ])('runs %s again under the same key', async (_, overrides) => {
    const { run, enter, executed } = await crashed(overrides);
    expect(await enter({ ...overrides, attempt: 2 })).toEqual({ output: 'done' });
    expect(executed).toHaveLength(1);
    expect(run.all('tool.attempted')).toMatchObject([{ attempt: 1, code: 'lost' }]);
    const keys = run.all('tool.started').map((meta) => meta.idempotencyKey);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(2);
  });

  it('asks about any other tool and waits without memory', async () => {
    const { run, desk, enter, executed } = await crashed();
    expect(await stateOf(enter({ attempt: 2 }))).toBe('pending');
    expect(executed).toEqual([]);
    expect(desk.all).toMatchObject([
      {
        kind: 'unknown-outcome',
        tool: 'refund',
        expiresAt: run.clock.now() + 30 * DAY,
        content: { tool: 'refund', attempt: 1, input: { order: 'AC-1042', amount: 20 } },
      },
    ]);
    expect(run.suspensions).toMatchObject([{ reason: { for: 'review', review: desk.all[0]?.id } }]);
  });

  async function answered(decision: string, body: { note?: string; output?: { refund: string } } = {}) {
    const world = await crashed();
    world.enter({ attempt: 2 });
    await settled();
    world.run.restart();
    world.run.decide('main/1', decision, body);
    return world;
  }

  it('retry: runs it again under the same key', async () => {
    const { run, enter, executed } = await answered('retry');
    expect(await enter({ attempt: 2 })).toEqual({ output: 'done' });
    expect(executed).toMatchObject([{ attempt: 2 }]);
    expect(run.all('tool.attempted')).toMatchObject([{ attempt: 1, code: 'lost' }]);
    expect(new Set(run.all('tool.started').map((meta) => meta.idempotencyKey)).size).toBe(1);
  });

  it('retry that crashes too: asks again, about the second attempt', async () => {
    const { run, desk, enter, tool } = await answered('retry');
    tool(() => new Promise(() => {}));
    enter({ attempt: 2 });
    await settled();
    run.restart();
    expect(await stateOf(enter({ attempt: 3 }))).toBe('pending');
    expect(desk.all).toHaveLength(2);
    expect(desk.all[1]).toMatchObject({ content: { attempt: 2 } });
  });

  it('record: takes what the person saw as the result', async () => {
    const { enter, executed } = await answered('record', { output: { refund: 're_1' } });
    expect(await enter({ attempt: 2 })).toEqual({ output: { refund: 're_1' } });
    expect(executed).toEqual([]);
  });

  it('fail: says that the effect is unknown, and why', async () => {
    const { enter, executed } = await answered('fail', { note: 'The bank does not answer.' });
    await expect(enter({ attempt: 2 })).rejects.toMatchObject({
      code: 'effect_unknown',
      outcomeUnknown: true,
      denied: false,
      message: expect.stringContaining('The bank does not answer.'),
    });
    expect(executed).toEqual([]);
  });

  it('nobody answers: fails after thirty days', async () => {
    const { run, enter } = await crashed();
    enter({ attempt: 2 });
    await settled();
    run.restart();
    await run.clock.advance(30 * DAY);
    await expect(enter({ attempt: 2 })).rejects.toMatchObject({
      code: 'effect_unknown',
      message: expect.stringContaining('nobody said in time'),
    });
  });

  it('does not ask about an attempt that failed for certain', async () => {
    const { run, enter, executed } = await crashed();
    const step = run.step();
    step.record({
      meta: { kind: 'tool.attempted', key: step.key, tool: 'refund', attempt: 1, code: 'busy' },
    });
    expect(await enter({ attempt: 2 })).toEqual({ output: 'done' });
    expect(executed).toHaveLength(1);
  });
});

describe('ledger when the tool cannot say whether it had its effect', () => {
  it('asks, with what went wrong', async () => {
    const { desk, enter, tool } = setUp();
    tool(() => Promise.reject(timeout()));
    expect(await stateOf(enter())).toBe('pending');
    expect(desk.all).toMatchObject([
      {
        kind: 'unknown-outcome',
        content: { attempt: 1, error: { code: 'tool_timeout', message: 'It took too long.' } },
      },
    ]);
  });

  it('and the worker dies meanwhile: the same question stands', async () => {
    const { run, desk, enter, tool, executed } = setUp();
    tool(() => Promise.reject(timeout()));
    enter();
    await settled();
    run.restart();
    expect(await stateOf(enter({ attempt: 2 }))).toBe('pending');
    expect(desk.all).toHaveLength(1);
    expect(executed).toHaveLength(1);
  });

  it('lets a read fail, for the retry to decide', async () => {
    const { desk, enter, tool } = setUp();
    tool(() => Promise.reject(timeout()));
    await expect(enter({ tool: { effect: 'read' } })).rejects.toMatchObject({ code: 'tool_timeout' });
    expect(desk.all).toEqual([]);
  });
});
