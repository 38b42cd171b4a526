import { generateText, stepCountIs, tool } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { FromHost } from '../protocol.ts';
import { HostExecution } from './execution.ts';

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

/** A model that asks for one call, and says that all is well whatever comes back. */
function callingModel(): MockLanguageModelV4 {
  let asked = 0;
  return new MockLanguageModelV4({
    doGenerate: async () => {
      asked += 1;
      return {
        content:
          asked === 1
            ? [{ type: 'tool-call', toolCallId: 'call-1', toolName: 'pay', input: '{"amount":5}' }]
            : [{ type: 'text', text: 'All is well.' }],
        finishReason: { unified: asked === 1 ? 'tool-calls' : 'stop', raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
}

/** An agent of another framework, whose tool does what it is handed. */
function agent(model: MockLanguageModelV4, pay: (input: { amount: number }) => Promise<unknown>) {
  return generateText({
    model,
    prompt: 'Pay.',
    tools: { pay: tool({ inputSchema: z.object({ amount: z.number() }), execute: pay }) },
    stopWhen: stepCountIs(5),
  });
}

describe('a call that has to wait, in an agent of another framework', () => {
  it('would be fed to the model as a tool error if it were thrown, and the agent would end as if all were well', async () => {
    const model = callingModel();
    const { text } = await agent(model, () => Promise.reject(new Error('suspended: waits for a person')));
    expect(text).toBe('All is well.');
    expect(JSON.stringify(model.doGenerateCalls[1]?.prompt)).toContain('suspended: waits for a person');
  });

  it('never settles: the model hears nothing, and the run is idle until it is given up', async () => {
    const model = callingModel();
    const sent: FromHost[] = [];
    const run = { id: 'run-1', tenant: 'acme', agent: 'main' };
    const execution = new HostExecution({ execution: 1, run, recorded: [] }, (message) => sent.push(message));
    let ended = false;
    const pay = (input: { amount: number }) =>
      execution.call('tool:pay#1', { operation: 'tool', tool: 'pay', input });
    void execution.start(1, async () => {
      await agent(model, pay).finally(() => {
        ended = true;
      });
      return null;
    });
    await expect.poll(() => sent.map(({ type }) => type)).toEqual(['step', 'idle']);
    execution.abandon();
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(model.doGenerateCalls).toHaveLength(1);
    expect(ended).toBe(false);
    expect(sent.map(({ type }) => type)).toEqual(['step', 'idle']);
  });
});
