import { describe, expect, it } from 'vitest';
import { modelCall, modelResponse, request, toolCall } from '../../../../test/fakes/calls.ts';
import { FakeRun, stateOf } from '../../../../test/fakes/step.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { ModelCall, ToolCall } from '../../../contract/gateway-call.ts';
import { compose } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { NO_USAGE } from '../../../contract/usage.ts';
import { type RunBudgetParts, runBudget } from '../run-budget.ts';
import type { Spent } from './spend-ledger.ts';
import type { Needs, SpendLimit } from './spend-limit.ts';
import { tenantModelBudget, tenantToolBudget } from './tenant-budget.ts';

const DOLLAR = 1_000_000_000;
const month: SpendLimit = {
  ...{ tenant: 'acme', agent: '', period: 'month', unit: 'nano_usd' },
  ...{ amount: 100 * DOLLAR, whenSpent: 'fail' },
};
const ends = Date.UTC(2026, 11, 1);

/** A dollar for a thousand input tokens, two for a thousand output tokens. */
const prices: RunBudgetParts['prices'] = {
  priceOf: ({ usage }) => ({ usd: (usage.inputTokens + 2 * usage.outputTokens) / 1_000, source: 'override' }),
  worstCase: ({ inputTokens, maxOutputTokens }) => ({
    usd: (inputTokens + 2 * maxOutputTokens) / 1_000,
    source: 'override',
  }),
};
const estimate = async () => 1_000;

/** A ledger that holds what it is asked for, unless it is told otherwise, and remembers how each hold ended. */
function ledgerOf(spent?: Pick<Spent, 'limit'>) {
  const held: Needs[] = [];
  const settled: Needs[] = [];
  const givenBack: Needs[] = [];
  return {
    held,
    settled,
    givenBack,
    giveBack: (_: readonly SpendLimit[], amounts: Needs) => void givenBack.push(amounts),
    async hold(_: readonly SpendLimit[], needs: Needs) {
      if (spent !== undefined) return { held: false as const, ends, taken: 99 * DOLLAR, ...spent };
      held.push(needs);
      return { held: true as const, settle: (costs: Needs) => void settled.push(costs) };
    },
  };
}

const limitsOf = (...limits: SpendLimit[]) => ({ of: async () => limits });

describe('what tenants may spend on models', () => {
  it('is set aside with what its provider may count more', async () => {
    const ledger = ledgerOf();
    const asked = modelCall(new FakeRun(), {
      model: 'anthropic/claude-haiku-4-5',
      request: { maxOutputTokens: 500 },
    });
    await tenantModelBudget({ limits: limitsOf(month), ledger, prices, estimate }).handle(asked, async () =>
      modelResponse(),
    );
    expect(ledger.held).toMatchObject([{ tokens: 1_834 }]);
  });

  const ask = (
    run: FakeRun,
    ledger: ReturnType<typeof ledgerOf>,
    answer: (call: ModelCall) => Promise<ReturnType<typeof modelResponse>>,
    { limits = limitsOf(month), budget = {} } = {},
  ) =>
    compose(
      [tenantModelBudget({ limits, ledger, prices, estimate }), runBudget({ prices, estimate })],
      answer,
    )(modelCall(run, { budget, request: { maxOutputTokens: 500 } }));
  const answer = async () => modelResponse({ usage: { ...NO_USAGE, inputTokens: 900, outputTokens: 50 } });
  const failing =
    (code: string, details: Record<string, unknown> = {}) =>
    () =>
      Promise.reject(new BulkheadError({ code, message: 'It failed.', details }));

  it('is set aside at its worst before the run’s own budget sees the call, and settled with what it cost', async () => {
    const ledger = ledgerOf();
    await ask(new FakeRun(), ledger, async (call) => {
      expect(call.request.maxOutputTokens).toBe(500);
      expect(ledger.held).toEqual([{ nano_usd: 2 * DOLLAR, tokens: 1_500 }]);
      return answer();
    });
    expect(ledger.settled).toEqual([{ nano_usd: DOLLAR, tokens: 950 }]);
  });

  it.each([
    ['provider_stream_cut', {}, { nano_usd: 2 * DOLLAR, tokens: 1_500 }],
    ['provider_unavailable', { status: 503 }, { nano_usd: 0, tokens: 0 }],
  ])('is settled after %s %j as the run was charged', async (code, details, charge) => {
    const ledger = ledgerOf();
    await expect(ask(new FakeRun(), ledger, failing(code, details))).rejects.toMatchObject({ code });
    expect(ledger.settled).toEqual([charge]);
  });

  it('is not touched by a call that the run’s own budget does not hold', async () => {
    const ledger = ledgerOf();
    const refused = ask(new FakeRun(), ledger, answer, { budget: { tokens: 1_000 } });
    await expect(refused).rejects.toMatchObject({
      code: 'budget_exceeded',
      details: { unit: 'tokens' },
    });
    expect(ledger.held).toEqual([]);
  });

  it('ends the run when it is spent, and says whose it is and when it renews', async () => {
    const limit = { ...month, agent: 'support' };
    const run = new FakeRun();
    await expect(ask(run, ledgerOf({ limit }), answer)).rejects.toMatchObject({
      code: 'budget_exceeded',
      denied: true,
      endsRun: true,
      details: {
        ...{ scope: 'agent', agent: 'support', period: 'month', unit: 'usd', limit: 100, spent: 99 },
        renewsAt: '2026-12-01T00:00:00.000Z',
      },
    });
    expect(run.entries).toEqual([]);
  });

  it('says a month, and an hour', async () => {
    const limit: SpendLimit = { ...month, period: 'hour' };
    await expect(ask(new FakeRun(), ledgerOf({ limit }), answer)).rejects.toThrow(
      'may spend $100.0000 an hour,',
    );
    const other = ask(new FakeRun(), ledgerOf({ limit: month }), answer);
    await expect(other).rejects.toThrow('may spend $100.0000 a month,');
  });

  it('lets the run wait until it renews, where that is how it was set', async () => {
    const run = new FakeRun();
    const waiting = ask(run, ledgerOf({ limit: { ...month, whenSpent: 'wait' } }), answer);
    expect(await stateOf(waiting)).toBe('pending');
    expect(run.suspensions).toMatchObject([{ reason: { for: 'budget' }, wakeAt: ends }]);
    expect(run.entries).toEqual([]);
    const ledger = ledgerOf({ limit: { ...month, whenSpent: 'wait' } });
    const chat = { ...modelCall(new FakeRun()), atOnce: true as const };
    await expect(
      tenantModelBudget({ limits: limitsOf(month), ledger, prices, estimate }).handle(chat, answer),
    ).rejects.toMatchObject({ code: 'budget_exceeded' });
  });

  it('is charged at its worst while a run waits for a batch, and given back what that did not cost', async () => {
    const run = new FakeRun();
    const worker = ledgerOf();
    const enter = (ledger: typeof worker, answerBatch: (call: ModelCall) => Promise<ModelResponse>) =>
      compose(
        [
          tenantModelBudget({ limits: limitsOf(month), ledger, prices, estimate }),
          runBudget({ prices, estimate }),
        ],
        answerBatch,
      )({ ...modelCall(run, { request: { maxOutputTokens: 500 } }), service: 'batch' });
    const waiting = enter(worker, ({ step, attempt, model }) => {
      const meta = { kind: 'model.batched' as const, key: step.key, attempt, model, request: 'r', wakeAt: 0 };
      step.record({ meta });
      return step.suspend({ for: 'provider-batch', model });
    });
    expect(await stateOf(waiting)).toBe('pending');
    expect(worker.settled).toEqual([{ nano_usd: 2 * DOLLAR, tokens: 1_500 }]);
    run.restart();
    const other = ledgerOf();
    await enter(other, answer);
    expect(other.held).toEqual([]);
    expect(other.givenBack).toEqual([{ nano_usd: DOLLAR, tokens: 550 }]);
    expect(run.kinds()).toEqual(['model.started', 'model.batched']);
  });

  it('costs nobody anything where there is none', async () => {
    const ledger = ledgerOf();
    await ask(new FakeRun(), ledger, answer, { limits: limitsOf() });
    expect(ledger.held).toEqual([]);
  });
});

describe('what tenants may spend on tools', () => {
  const act = (
    run: FakeRun,
    ledger: ReturnType<typeof ledgerOf>,
    next: (call: ToolCall) => Promise<{ output: null }>,
    more = {},
  ) => {
    const call = toolCall(run, { tool: { cost: 0.25 }, ...more });
    request(run, call);
    return tenantToolBudget({ limits: limitsOf({ ...month, unit: 'tokens' }, month), ledger }).handle(
      call,
      next,
    );
  };
  const start = (run: FakeRun) => async (call: ToolCall) => {
    const ids = { idempotencyKey: 'k', inputHash: 'h' };
    run.record({
      meta: { kind: 'tool.started', key: call.step.key, tool: 'refund', attempt: 1, ...ids, usd: 0.25 },
    });
    return { output: null };
  };

  it('is settled with the attempts that began', async () => {
    const [begun, refused, undoing] = [ledgerOf(), ledgerOf(), ledgerOf()];
    const run = new FakeRun();
    await act(run, begun, start(run));
    expect(begun.held).toEqual([{ nano_usd: DOLLAR / 4, tokens: 0 }]);
    expect(begun.settled).toEqual([{ nano_usd: DOLLAR / 4, tokens: 0 }]);
    await act(new FakeRun(), refused, async () => ({ output: null }));
    expect(refused.settled).toEqual([{ nano_usd: 0, tokens: 0 }]);
    await act(new FakeRun(), undoing, async () => ({ output: null }), {
      compensates: { key: 'a', output: null },
    });
    expect(undoing.held).toEqual([]);
  });
});
