import { describe, expect, it } from 'vitest';
import { toolCall } from '../../../test/fakes/calls.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import type { ToolCall } from '../../contract/gateway-call.ts';
import { inputSchema } from './input-schema.ts';

const echo = async ({ input }: ToolCall) => ({ output: input });

describe('inputSchema', () => {
  it('hands the parsed input down', async () => {
    const call = toolCall(undefined, {
      input: { amount: '20' },
      code: { parse: async () => ({ ok: true, value: { amount: 20 } }) },
    });
    expect(await inputSchema().handle(call, echo)).toEqual({ output: { amount: 20 } });
  });

  it('denies what does not fit and names the fields', async () => {
    const call = toolCall(undefined, {
      code: { parse: async () => ({ ok: false, issues: 'amount: expected a number; order: required.' }) },
    });
    await expect(inputSchema().handle(call, echo)).rejects.toMatchObject({
      code: 'invalid_tool_input',
      denied: true,
      message:
        'The input of the tool "refund" does not fit its schema: amount: expected a number; order: required. Correct these fields and call it again.',
    });
  });

  it('works with what was journaled when it is entered again, and does not parse twice', async () => {
    const run = new FakeRun();
    const parse = async () => {
      throw new Error('parsed again');
    };
    const call = toolCall(run, { input: { day: 'tomorrow' }, code: { parse } });
    const { key } = call.step;
    run.record({
      meta: {
        kind: 'review.requested',
        key,
        review: 'r',
        reviewKind: 'approval',
        binding: 'b',
        expiresAt: 1,
      },
      body: { input: { day: '2026-03-01' } },
    });
    expect(await inputSchema().handle(call, echo)).toEqual({ output: { day: '2026-03-01' } });
  });
});
