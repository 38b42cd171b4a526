import { describe, expect, it } from 'vitest';
import { toolCall } from '../../../test/fakes/calls.ts';
import { permissions } from './permissions.ts';

const next = async () => ({ output: 'done' });

describe('permissions', () => {
  it('lets a declared effect through', async () => {
    const call = toolCall(undefined, {
      tool: { effect: 'write' },
      definition: { effects: ['read', 'write'] },
    });
    expect(await permissions().handle(call, next)).toEqual({ output: 'done' });
  });

  it('denies an effect that was not declared and says how to declare it', async () => {
    const call = toolCall(undefined, { tool: { effect: 'execute' }, definition: { effects: ['read'] } });
    await expect(permissions().handle(call, next)).rejects.toMatchObject({
      code: 'effect_not_allowed',
      denied: true,
      endsRun: false,
      message: expect.stringContaining("policy: { effects: ['read', 'execute'] }"),
    });
  });

  it('denies everything where nothing is declared', async () => {
    const call = toolCall(undefined, { tool: { effect: 'read' }, definition: { effects: [] } });
    await expect(permissions().handle(call, next)).rejects.toMatchObject({ code: 'effect_not_allowed' });
  });
});
