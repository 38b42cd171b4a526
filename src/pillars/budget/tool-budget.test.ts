import { describe, expect, it } from 'vitest';
import { request, type ToolCallOverrides, toolCall } from '../../../test/fakes/calls.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import type { ToolCall } from '../../contract/gateway-call.ts';
import { committed, spending } from './spending.ts';
import { toolBudget } from './tool-budget.ts';

const budget = { usd: 1 };

function entered(run: FakeRun, key: string, overrides: ToolCallOverrides = {}): ToolCall {
  const call = toolCall(run, { key, budget, tool: { cost: 0.4 }, ...overrides });
  request(run, call);
  return call;
}

/** What the ledger below writes down. */
const start = (run: FakeRun) => async (call: ToolCall) => {
  const { key } = call.step;
  const ids = { idempotencyKey: 'k', inputHash: 'h' };
  run.record({
    meta: { kind: 'tool.started', key, tool: 'refund', attempt: call.attempt, ...ids, usd: 0.4 },
  });
  return { output: 'done' };
};

describe('toolBudget', () => {
  it('lets calls through that fit, and denies the one that does not', async () => {
    const run = new FakeRun();
    for (const key of ['a', 'b']) {
      expect(await toolBudget().handle(entered(run, key), start(run))).toEqual({ output: 'done' });
    }
    await expect(toolBudget().handle(entered(run, 'c'), start(run))).rejects.toMatchObject({
      code: 'budget_exceeded',
      denied: true,
      endsRun: true,
      details: { unit: 'usd', spent: 0.8, limit: 1 },
    });
  });

  it('lets the last cent be spent, whatever binary fractions make of tenths', async () => {
    const run = new FakeRun();
    for (let calls = 0; calls < 3; calls += 1) {
      const call = entered(run, `c${calls}`, { tool: { cost: 0.1 }, budget: { usd: 0.3 } });
      const pay = async ({ step: { key } }: ToolCall) => {
        const ids = { idempotencyKey: 'k', inputHash: 'h' };
        run.record({ meta: { kind: 'tool.started', key, tool: 'refund', attempt: 1, ...ids, usd: 0.1 } });
        return { output: 'done' };
      };
      expect(await toolBudget().handle(call, pay)).toEqual({ output: 'done' });
    }
  });

  it('counts each attempt', async () => {
    const run = new FakeRun();
    const call = entered(run, 'a');
    await toolBudget().handle(call, start(run));
    await toolBudget().handle({ ...call, attempt: 2 }, start(run));
    await expect(toolBudget().handle({ ...call, attempt: 3 }, start(run))).rejects.toMatchObject({
      code: 'budget_exceeded',
    });
  });

  it('does not let calls side by side pass together, also while a person is asked about one', async () => {
    const run = new FakeRun();
    const slow = async (call: ToolCall) => {
      await settled();
      return start(run)(call);
    };
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((key) => toolBudget().handle(entered(run, key), slow)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(committed(run.views.of(spending)).usd).toBe(0.8);
  });

  it('keeps nothing aside for a call that was refused below', async () => {
    const run = new FakeRun();
    const refused = () => Promise.reject(new Error('no'));
    await expect(toolBudget().handle(entered(run, 'a'), refused)).rejects.toThrow('no');
    expect(committed(run.views.of(spending)).usd).toBe(0);
  });

  it.each([
    ['of a run without a limit in dollars', { budget: { usd: null } }],
    ['of a tool that costs nothing', { tool: { cost: 0 }, budget: { usd: 0 } }],
    ['that undoes another', { budget: { usd: 0 }, compensates: { key: 'a', output: null } }],
  ])('lets a call through %s', async (_, overrides) => {
    const run = new FakeRun();
    expect(await toolBudget().handle(entered(run, 'a', overrides), start(run))).toEqual({ output: 'done' });
  });

  it('tells the agent that it may answer once more', async () => {
    const run = new FakeRun();
    const spent = { usd: 0.4, whenSpent: 'partial' as const };
    await expect(toolBudget().handle(entered(run, 'a', { budget: spent }), start(run))).rejects.toMatchObject(
      { endsRun: false, details: { limit: expect.closeTo(0.36, 9), lastTurn: 100_000 } },
    );
  });
});
