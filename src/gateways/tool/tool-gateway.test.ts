import { describe, expect, it } from 'vitest';
import { fakeCaches } from '../../../test/fakes/caches.ts';
import { request, type ToolCallOverrides, toolCall } from '../../../test/fakes/calls.ts';
import { FakeDesk } from '../../../test/fakes/desk.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { noSpendLimits } from '../../../test/fakes/spend.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { ToolCall } from '../../contract/gateway-call.ts';
import type { KillSwitch } from '../../pillars/policy/index.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { toolPipeline } from './pipeline.ts';
import { createToolGateway } from './tool-gateway.ts';

function setUp() {
  const run = new FakeRun();
  const desk = new FakeDesk();
  const switches: KillSwitch[] = [];
  const pipeline = toolPipeline({
    killSwitches: { current: async () => switches },
    desk,
    spend: noSpendLimits,
    caches: fakeCaches(),
    samples: { refute: () => {} },
    clock: run.clock,
    random: () => 0.5,
  });
  const gateway = createToolGateway(pipeline);
  const enter = (overrides: ToolCallOverrides = {}) => {
    const call = toolCall(run, overrides);
    if (call.step.entries.length === 0) request(run, call);
    const handled = gateway(call);
    handled.catch(() => {});
    return handled;
  };
  return { run, desk, switches, pipeline, enter };
}

describe('the tool gateway', () => {
  it('has its controls in this order', () => {
    expect(setUp().pipeline.map(({ name }) => name)).toEqual([
      'compress',
      'batch',
      'kill-switch',
      'tool-success',
      'input-schema',
      'call-counts',
      'deadline',
      'permissions',
      'approval',
      'result-cache',
      'cache-invalidation',
      'retry',
      'kill-switch',
      'tenant-budget',
      'budget',
      'ledger',
      'output-guard',
    ]);
  });

  it('executes the parsed input under the idempotency key', async () => {
    const { run, enter } = setUp();
    const seen: [ToolCall['input'], string][] = [];
    const code = {
      parse: async () => ({ ok: true as const, value: { amount: 20 } }),
      execute: async (call: ToolCall, key: string) => {
        seen.push([call.input, key]);
        return { refund: 're_1' };
      },
    };
    expect(await enter({ input: { amount: '20' }, code })).toEqual({ output: { refund: 're_1' } });
    const call = toolCall(run);
    expect(seen).toEqual([[{ amount: 20 }, idempotencyKey(call.run.id, call.step.key)]]);
    expect(run.kinds()).toEqual(['tool.requested', 'tool.started']);
  });

  it('tries again under the same key, with an entry for each attempt', async () => {
    const { run, enter } = setUp();
    const keys = new Set<string>();
    const execute = async (call: ToolCall, key: string) => {
      keys.add(key);
      if (call.attempt < 3) throw new BulkheadError({ code: 'busy', message: 'Later.', retryable: true });
      return call.attempt;
    };
    const handled = enter({ tool: { effect: 'read' }, code: { execute } });
    await run.clock.advance(20_000);
    expect(await handled).toEqual({ output: 3 });
    expect(keys.size).toBe(1);
    expect(run.kinds()).toEqual([
      'tool.requested',
      'tool.started',
      'tool.attempted',
      'tool.started',
      'tool.attempted',
      'tool.started',
    ]);
  });

  it('executes exactly what was approved, even when its schema would parse it otherwise now', async () => {
    const { run, enter } = setUp();
    let parses = 0;
    const executed: unknown[] = [];
    const overrides = {
      tool: { risk: ['financial' as const] },
      code: {
        parse: async () => ({ ok: true as const, value: { parsed: ++parses } }),
        execute: async ({ input }: ToolCall) => {
          executed.push(input);
          return null;
        },
      },
    };
    enter(overrides);
    await settled();
    run.restart();
    run.decide('main/1', 'approved');
    await enter(overrides);
    expect(executed).toEqual([{ parsed: 1 }]);
  });

  it('heeds a switch that was thrown while the call waited for its approval', async () => {
    const { run, switches, enter } = setUp();
    const overrides = { tool: { risk: ['financial' as const] } };
    enter(overrides);
    await settled();
    run.restart();
    run.decide('main/1', 'approved');
    switches.push({ tenant: null, target: 'tool:refund', reason: 'Stop.', setBy: 'ada', setAt: 0 });
    await expect(enter(overrides)).rejects.toMatchObject({ code: 'switched_off', denied: true });
    expect(run.kinds()).not.toContain('tool.started');
  });

  it('does not ask the reviewer again after a crash of what was approved', async () => {
    const { run, desk, enter } = setUp();
    const overrides = {
      tool: { risk: ['financial' as const] },
      code: { execute: () => new Promise<never>(() => {}) },
    };
    enter(overrides);
    await settled();
    run.restart();
    run.decide('main/1', 'approved');
    enter(overrides);
    await settled();
    run.restart();
    enter(overrides);
    await settled();
    expect(desk.all.map(({ kind }) => kind)).toEqual(['approval', 'unknown-outcome']);
  });

  it('hides credentials in what is returned', async () => {
    const { enter } = setUp();
    expect(await enter({ code: { execute: async () => ({ password: 'hunter2' }) } })).toEqual({
      output: { password: '[REDACTED:password]' },
      redactions: { 'output-guard': 1 },
    });
  });
});
