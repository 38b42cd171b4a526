import { describe, expect, it } from 'vitest';
import { modelCall, modelResponse, toolCall } from '../../../test/fakes/calls.ts';
import type { ModelCall, ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { killSwitch } from './kill-switch.ts';
import type { KillSwitch } from './kill-switches.ts';

const off = (target: string, tenant: string | null = null): KillSwitch => ({
  tenant,
  target,
  reason: 'It refunds twice.',
  setBy: 'ada',
  setAt: Date.parse('2026-03-01T10:00:00Z'),
});
const set = (...switches: KillSwitch[]) => ({ current: async () => switches });
const callTool = (...switches: KillSwitch[]) =>
  killSwitch<ToolCall, ToolResult>(set(...switches)).handle(toolCall(), async () => ({ output: 'done' }));
const callModel = (...switches: KillSwitch[]) =>
  killSwitch<ModelCall, ModelResponse>(set(...switches)).handle(modelCall(), async () => modelResponse());

describe('killSwitch', () => {
  it('lets through what nobody switched off', async () => {
    const others = [off('tool:lookup'), off('agent:sales'), off('model:openai/gpt-5'), off('*', 'globex')];
    expect(await callTool(...others)).toEqual({ output: 'done' });
    expect(await callModel(...others)).toMatchObject({ finishReason: 'stop' });
  });

  it('denies a tool that is off and lets the run go on, saying who, why and what next', async () => {
    await expect(callTool(off('tool:refund'))).rejects.toMatchObject({
      code: 'switched_off',
      denied: true,
      endsRun: false,
      message:
        'The tool "refund" is switched off for every tenant by ada since 2026-03-01T10:00:00.000Z: It refunds twice. It works again once an operator clears the kill switch "tool:refund".',
    });
  });

  it.each(['*', 'agent:support', 'model:openai/gpt-5-mini'])(
    'ends the run of a model call when %s is off',
    async (target) => {
      await expect(callModel(off(target, 'acme'))).rejects.toMatchObject({
        code: 'switched_off',
        endsRun: true,
      });
    },
  );

  it('ends the run when both the agent and its tool are off', async () => {
    await expect(callTool(off('tool:refund'), off('agent:support'))).rejects.toMatchObject({
      endsRun: true,
      details: { target: 'agent:support' },
    });
  });

  it('does not run a call while the switches cannot be read', async () => {
    const unreadable = { current: () => Promise.reject(new Error('no reading')) };
    const next = async () => {
      throw new Error('was called');
    };
    await expect(killSwitch<ToolCall, ToolResult>(unreadable).handle(toolCall(), next)).rejects.toThrow(
      'no reading',
    );
  });
});
