import { beforeEach, describe, expect, it } from 'vitest';
import { modelResponse, type ToolCallOverrides, toolCall } from '../../../../test/fakes/calls.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/json.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { toolSuccess } from './tool-success.ts';

const FAILED = new BulkheadError({ code: 'tool_failed', message: 'There is no such order.' });
const routed = { definition: { routing: {} } };

let run: FakeRun;
let refuted: object[];
beforeEach(() => {
  run = new FakeRun();
  refuted = [];
});

/** A model's answer that calls a tool. */
function answered(key: string, toolCallId: string, more: Partial<ModelResponse> = {}): void {
  const content = [{ type: 'tool-call' as const, toolCallId, toolName: 'refund', input: {} }];
  const output = modelResponse({ content, ...more }) as unknown as Json;
  run.record({ meta: { kind: 'model.completed', key, outcome: 'ok', durationMs: 1 }, body: { output } });
}

const middleware = toolSuccess({ samples: { refute: (sample) => void refuted.push(sample) } });
const enter = (failure: Error | undefined, overrides: ToolCallOverrides = routed) =>
  middleware.handle(toolCall(run, { key: 'main/2', ...overrides }), async () => {
    if (failure !== undefined) throw failure;
    return { output: 'done' };
  });

describe('a call that fails', () => {
  it.each(['tool_failed', 'invalid_tool_input'])(
    'with %s speaks against the answer that made it',
    async (code) => {
      answered('main/1', 'call_0');
      answered('main/2', 'call_1');
      answered('main/3', 'call_2');
      const failure = new BulkheadError({ code, message: 'No.' });
      await expect(enter(failure)).rejects.toBe(failure);
      expect(refuted).toEqual([{ run: toolCall(run).run.id, key: 'main/2' }]);
    },
  );

  it.each([
    ['tool_timeout', { code: 'tool_timeout' }],
    ['a denial', { code: 'permission_denied', denied: true }],
    ['what may pass by itself', { code: 'tool_failed', retryable: true }],
    ['the end of its run', { code: 'tool_failed', endsRun: true }],
  ])('for %s says nothing of the model', async (_, failure) => {
    answered('main/1', 'call_1');
    await expect(enter(new BulkheadError({ message: 'No.', ...failure }))).rejects.toThrow('No.');
    expect(refuted).toEqual([]);
  });

  it('says nothing where the code made it, where it undoes another, and where nothing is learned', async () => {
    await expect(enter(FAILED)).rejects.toBe(FAILED);
    answered('main/1', 'call_1');
    const undone = { ...routed, compensates: { key: 'main/0', output: null } };
    await expect(enter(FAILED, undone)).rejects.toBe(FAILED);
    await expect(enter(FAILED, {})).rejects.toBe(FAILED);
    expect(refuted).toEqual([]);
  });
});

it('a call that succeeds says nothing more than its checks', async () => {
  answered('main/1', 'call_1');
  await enter(undefined);
  expect(refuted).toEqual([]);
});
