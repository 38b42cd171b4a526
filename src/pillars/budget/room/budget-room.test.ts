import { describe, expect, it } from 'vitest';
import { modelCall, modelResponse } from '../../../../test/fakes/calls.ts';
import { settled } from '../../../../test/fakes/manual-clock.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import { compose } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { NO_USAGE } from '../../../contract/usage.ts';
import { type RunBudgetParts, runBudget } from '../run-budget.ts';
import { budgetRoom } from './budget-room.ts';

/** A dollar for a thousand tokens. */
const prices: RunBudgetParts['prices'] = {
  priceOf: ({ usage }) => ({ usd: (usage.inputTokens + usage.outputTokens) / 1_000, source: 'override' }),
  worstCase: ({ inputTokens, maxOutputTokens }) => ({
    usd: (inputTokens + maxOutputTokens) / 1_000,
    source: 'override',
  }),
};
/** A prompt of 1,000 tokens sets 5,096 aside, and takes 1,050. */
const parts = { prices, estimate: async () => 1_000 };
const answer = modelResponse({ usage: { ...NO_USAGE, inputTokens: 1_000, outputTokens: 50 } });

/** Calls of one run, each ended by the test; what the run's journal is told follows, as the executor tells it. */
function sideBySide(budget: Partial<ModelCall['budget']>) {
  const run = new FakeRun();
  const asked = new Map<string, PromiseWithResolvers<ModelResponse>>();
  const limits = new Map<string, number | undefined>();
  const gateway = compose([budgetRoom(parts), runBudget(parts)], ({ step, request }) => {
    const end = Promise.withResolvers<ModelResponse>();
    asked.set(step.key, end);
    limits.set(step.key, request.maxOutputTokens);
    return end.promise;
  });
  return {
    run,
    asked,
    limits,
    async call(key: string, overrides: { signal?: AbortSignal; suspends?: boolean } = {}) {
      const response = await gateway(modelCall(run, { key, budget, ...overrides }));
      const { usage, usd = 0 } = response;
      run.record({
        meta: { kind: 'model.completed', key, durationMs: 1, outcome: 'ok', model: 'm/m', usage, usd },
      });
      return response;
    },
  };
}

describe('calls of one run, side by side', () => {
  it('wait for each other where each sets aside more than it takes', async () => {
    const { run, asked, limits, call } = sideBySide({ tokens: 12_000 });
    const calls = ['a', 'b', 'c', 'd'].map((key) => call(key));
    await settled();
    expect([...asked.keys()]).toEqual(['a', 'b']);
    for (const key of ['a', 'b', 'c', 'd']) {
      asked.get(key)?.resolve(answer);
      await settled();
    }
    await expect(Promise.all(calls)).resolves.toHaveLength(4);
    expect([...limits.values()]).toEqual([4_096, 4_096, 4_096, 4_096]);
    expect(run.all('model.started')).toHaveLength(4);
  });

  it('wait for dollars as for tokens, and go by what the budget has left when they are alone', async () => {
    const { asked, limits, call } = sideBySide({ tokens: 1_000_000, usd: 6 });
    const calls = ['a', 'b', 'c'].map((key) => call(key));
    await settled();
    expect([...asked.keys()]).toEqual(['a']);
    asked.get('a')?.resolve(answer);
    await settled();
    // 4.95 dollars are left: not enough for the longest answer, but nobody will give anything back.
    expect([...limits]).toEqual([
      ['a', 4_096],
      ['b', 3_950],
    ]);
    asked.get('b')?.resolve(answer);
    await settled();
    asked.get('c')?.resolve(answer);
    await expect(Promise.all(calls)).resolves.toHaveLength(3);
  });

  it('come in the order in which they asked, and go on when one before them failed', async () => {
    const { asked, call } = sideBySide({ tokens: 6_500 });
    const first = call('a');
    const second = call('b');
    const third = call('c');
    await settled();
    expect([...asked.keys()]).toEqual(['a']);
    asked.get('a')?.reject(new Error('cut'));
    await expect(first).rejects.toThrow('cut');
    await settled();
    // All that was set aside is charged: 1,404 tokens are left.
    expect([...asked.keys()]).toEqual(['a', 'b']);
    asked.get('b')?.resolve(answer);
    await expect(second).resolves.toBeDefined();
    await expect(third).rejects.toMatchObject({ code: 'budget_exceeded' });
  });

  it('leave the line when they are cancelled, without a charge', async () => {
    const { run, asked, call } = sideBySide({ tokens: 6_500 });
    const first = call('a');
    const cancel = new AbortController();
    const second = call('b', { signal: cancel.signal });
    const third = call('c');
    await settled();
    cancel.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    asked.get('a')?.resolve(answer);
    await first;
    await settled();
    expect([...asked.keys()]).toEqual(['a', 'c']);
    asked.get('c')?.resolve(answer);
    await third;
    expect(run.all('model.attempted')).toEqual([]);
  });

  it('do not wait for one that gave up its memory', async () => {
    const run = new FakeRun();
    const gateway = compose([budgetRoom(parts), runBudget(parts)], ({ step }) =>
      step.key === 'a' ? step.suspend({ for: 'batch' }) : Promise.resolve(answer),
    );
    void gateway(modelCall(run, { key: 'a', budget: { tokens: 6_500 } }));
    await settled();
    expect(run.suspensions).toHaveLength(1);
    const second = gateway(modelCall(run, { key: 'b', budget: { tokens: 6_500 } }));
    await expect(second).resolves.toBeDefined();
  });
});
