import { describe, expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../test/fakes/calls.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import { NO_USAGE } from '../../contract/usage.ts';
import { type RunBudgetParts, runBudget } from './run-budget.ts';
import { spending } from './spending.ts';

/** A dollar for a thousand input tokens, two for a thousand output tokens. */
const prices: RunBudgetParts['prices'] = {
  priceOf: ({ usage }) => ({ usd: (usage.inputTokens + 2 * usage.outputTokens) / 1_000, source: 'override' }),
  worstCase: ({ inputTokens, maxOutputTokens }) => ({
    usd: (inputTokens + 2 * maxOutputTokens) / 1_000,
    source: 'override',
  }),
};
const noPrice = () => {
  throw new BulkheadError({ code: 'unknown_price', message: 'The price is unknown.' });
};
const unpriced: RunBudgetParts['prices'] = { priceOf: noPrice, worstCase: noPrice };
const estimate = async () => 1_000;
const budget = (parts: Partial<RunBudgetParts> = {}) => runBudget({ prices, estimate, ...parts });
const call = (run: FakeRun, overrides: ModelCallOverrides = {}) => modelCall(run, overrides);
const answer = async () => modelResponse({ usage: { ...NO_USAGE, inputTokens: 1_100, outputTokens: 50 } });

describe('runBudget', () => {
  it('sets the worst case aside, durably, before the call; then says what it cost', async () => {
    const run = new FakeRun();
    let seen: { asked: ModelCall; durable: number } | undefined;
    const response = await budget().handle(call(run), (asked) => {
      seen = { asked, durable: run.durable };
      return answer();
    });
    expect(run.all('model.started')).toMatchObject([
      { attempt: 1, reservedTokens: 5_096, reservedUsd: 9.192 },
    ]);
    expect(seen?.durable).toBe(1);
    expect(seen?.asked.request.maxOutputTokens).toBe(4_096);
    expect(response.usd).toBe(1.2);
  });

  it('sets more aside for a prompt that its provider counts otherwise', async () => {
    const run = new FakeRun();
    await budget().handle(call(run, { model: 'anthropic/claude-haiku-4-5' }), answer);
    expect(run.all('model.started')).toMatchObject([{ reservedInputTokens: 1_334, reservedTokens: 5_430 }]);
  });

  it('sets more aside for an answer of a schema, which providers count among the prompt', async () => {
    const reserved = async (request: ModelCallOverrides['request'], model = 'openai/gpt-5-mini') => {
      const run = new FakeRun();
      await runBudget({ prices }).handle(call(run, { model, request: request ?? {} }), answer);
      return run.all('model.started')[0]?.reservedInputTokens ?? 0;
    };
    const schema = {
      type: 'object',
      properties: { plan: { description: 'What is to be done. '.repeat(100) } },
    };
    const responseFormat = { type: 'json' as const, schema };
    expect(await reserved({ responseFormat })).toBeGreaterThan((await reserved({})) + 500);
    const anthropic = 'anthropic/claude-haiku-4-5';
    expect(await reserved({ responseFormat }, anthropic)).toBeGreaterThan(
      (await reserved({}, anthropic)) + 1_200,
    );
  });

  it("takes the request's own limit on the output", async () => {
    const run = new FakeRun();
    await budget().handle(call(run, { request: { maxOutputTokens: 100 } }), answer);
    expect(run.all('model.started')).toMatchObject([{ reservedTokens: 1_100 }]);
  });

  it('lowers the output to what is left', async () => {
    const run = new FakeRun();
    await budget().handle(call(run, { budget: { tokens: 1_500, usd: 1.6 } }), (asked) => {
      expect(asked.request.maxOutputTokens).toBe(300);
      return answer();
    });
  });

  it.each([
    [{ tokens: 1_000 }, 'tokens', 1_000],
    [{ usd: 1 }, 'usd', 1],
  ] as const)('ends the run when the call does not fit into %o', async (limits, unit, limit) => {
    const run = new FakeRun();
    await expect(budget().handle(call(run, { budget: limits }), answer)).rejects.toMatchObject({
      code: 'budget_exceeded',
      endsRun: true,
      denied: true,
      details: { unit, spent: 0, limit },
    });
    expect(run.entries).toEqual([]);
  });

  it('tells a prompt that is longer than the whole budget from a budget that is spent', async () => {
    const run = new FakeRun();
    const limits = { tokens: 1_200 };
    await budget().handle(call(run, { budget: limits }), async () => {
      const response = modelResponse({ usage: { ...NO_USAGE, inputTokens: 1_000, outputTokens: 200 } });
      run.record({
        meta: { kind: 'model.completed', key: 'main/1', outcome: 'ok', durationMs: 1, usage: response.usage },
      });
      return response;
    });
    const next = call(run, {
      key: 'b',
      budget: limits,
      definition: { budget: { ...DEFAULT_BUDGET, ...limits } },
    });
    await expect(budget().handle(next, answer)).rejects.toMatchObject({
      code: 'budget_exceeded',
      status: 402,
    });
    const long = runBudget({ prices, estimate: async () => 5_000 });
    // Its definition would have allowed it.
    await expect(long.handle(call(run, { key: 'b', budget: limits }), answer)).rejects.toMatchObject({
      code: 'budget_exceeded',
    });
    await expect(long.handle(next, answer)).rejects.toMatchObject({
      code: 'prompt_exceeds_budget',
      status: 413,
      message: expect.stringMatching(/about 5016 tokens, and a whole run of "support" may spend 1200 tokens/),
      details: { unit: 'tokens', limit: 1_200, needed: 5_016 },
    });
  });

  it('does not let calls side by side spend the same money', async () => {
    const run = new FakeRun();
    const slow = { estimate: () => settled().then(() => 1_000) };
    const limits = { tokens: 6_000 };
    const calls = ['a', 'b'].map((key) => budget(slow).handle(call(run, { key, budget: limits }), answer));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('charges nothing for an attempt that the provider refused', async () => {
    const run = new FakeRun();
    const refused = new BulkheadError({ code: 'provider_rate_limited', message: 'Wait.', retryable: true });
    await expect(budget().handle(call(run), () => Promise.reject(refused))).rejects.toBe(refused);
    expect(run.all('model.attempted')).toMatchObject([
      { attempt: 1, code: 'provider_rate_limited', tokens: 0, usd: 0 },
    ]);
    expect(run.views.of(spending).reserved.size).toBe(0);
  });

  it('charges nothing where the provider failed before it said anything', async () => {
    const run = new FakeRun();
    const down = (details: Record<string, unknown>) =>
      Promise.reject(new BulkheadError({ code: 'provider_unavailable', message: 'Down.', details }));
    await expect(budget().handle(call(run), () => down({ status: 503 }))).rejects.toThrow('Down.');
    const second = { ...call(run), attempt: 2 };
    await expect(budget().handle(second, () => down({ status: 529, begun: true }))).rejects.toThrow('Down.');
    expect(run.all('model.attempted')).toMatchObject([
      { tokens: 0, inputTokens: 0, usd: 0 },
      { tokens: 5_096, inputTokens: 1_000, usd: 9.192 },
    ]);
  });

  it('says by what the cost was worked out, and how the call was served', async () => {
    const run = new FakeRun();
    const asked: unknown[] = [];
    const spied: RunBudgetParts['prices'] = {
      priceOf: ({ service }) => {
        asked.push(service);
        return { usd: 0.6, source: 'catalogue', inputPerMillion: 1, multiplier: 0.5 };
      },
      worstCase: ({ service }) => {
        asked.push(service);
        return { usd: 1, source: 'catalogue' };
      },
    };
    const response = await budget({ prices: spied }).handle({ ...call(run), service: 'batch' }, answer);
    expect(response).toMatchObject({
      usd: 0.6,
      price: { source: 'catalogue', inputPerMillion: 1, multiplier: 0.5 },
    });
    expect(new Set(asked)).toEqual(new Set(['batch']));
    await budget({ prices: spied }).handle(call(run, { key: 'b' }), async () => ({
      ...(await answer()),
      service: 'flex',
    }));
    expect(asked.at(-1)).toBe('flex');
  });

  it.each([
    [{ inputTokens: 999 }, 'inputTokens'],
    [{ outputTokens: 15 }, 'outputTokens'],
  ])('ends the run when the call does not fit into %o', async (limits, unit) => {
    const handled = budget().handle(call(new FakeRun(), { budget: limits }), answer);
    await expect(handled).rejects.toMatchObject({
      code: 'budget_exceeded',
      endsRun: true,
      details: { unit },
    });
  });

  it('lowers the output to the output tokens that are left', async () => {
    await budget().handle(call(new FakeRun(), { budget: { outputTokens: 200 } }), (asked) => {
      expect(asked.request.maxOutputTokens).toBe(200);
      return answer();
    });
  });

  it('keeps a part for the last answer of an agent that may give one', async () => {
    const run = new FakeRun();
    const limits = { tokens: 1_100, whenSpent: 'partial' as const };
    await expect(budget().handle(call(run, { budget: limits }), answer)).rejects.toMatchObject({
      endsRun: false,
      details: { unit: 'tokens', limit: 990, lastTurn: 1_100 },
    });
    const last = call(run, { key: 'last', budget: limits, request: { lastTurn: true } });
    await budget().handle(last, (asked) => {
      expect(asked.request.maxOutputTokens).toBe(100);
      return answer();
    });
    await expect(
      budget().handle(call(run, { key: 'again', budget: limits, request: { lastTurn: true } }), answer),
    ).rejects.toMatchObject({ endsRun: true });
  });

  it('charges the whole reservation for an attempt that broke off', async () => {
    const run = new FakeRun();
    const cut = new BulkheadError({ code: 'provider_stream_cut', message: 'It broke off.', retryable: true });
    await expect(budget().handle(call(run), () => Promise.reject(cut))).rejects.toBe(cut);
    expect(run.all('model.attempted')).toMatchObject([{ tokens: 5_096, usd: 9.192 }]);
  });

  it('sends nothing for a call that was given up meanwhile, and charges nothing', async () => {
    const run = new FakeRun();
    const cancelled = new BulkheadError({ code: 'run_cancelled', message: 'It was cancelled.' });
    const given = call(run, { signal: AbortSignal.abort(cancelled) });
    let asked = 0;
    const handled = budget().handle(given, () => {
      asked += 1;
      return answer();
    });
    await expect(handled).rejects.toMatchObject({ code: 'run_cancelled', details: { sent: false } });
    expect(asked).toBe(0);
    expect(run.all('model.attempted')).toMatchObject([{ code: 'run_cancelled', tokens: 0, usd: 0 }]);
    expect(run.views.of(spending).spent).toMatchObject({ tokens: 0, usd: 0 });
  });

  it('charges an attempt that a crash left open, once, and starts the next', async () => {
    const run = new FakeRun();
    const hanging = budget().handle(call(run), () => new Promise(() => {}));
    expect(await stateOf(hanging)).toBe('pending');
    run.restart();
    await budget().handle({ ...call(run), attempt: 2 }, answer);
    run.restart();
    await budget().handle({ ...call(run), attempt: 3 }, answer);
    expect(run.all('model.attempted').filter(({ attempt }) => attempt === 1)).toMatchObject([
      { code: 'lost', tokens: 5_096, usd: 9.192 },
    ]);
  });

  it('asks a model of unknown price where no dollars are limited', async () => {
    const run = new FakeRun();
    const response = await budget({ prices: unpriced }).handle(call(run), answer);
    expect(response.usd).toBe(0);
    expect(run.all('model.started')).toMatchObject([{ reservedUsd: 0 }]);
  });

  it('ends the run at a model of unknown price where dollars are limited', async () => {
    const run = new FakeRun();
    const handled = budget({ prices: unpriced }).handle(call(run, { budget: { usd: 5 } }), answer);
    await expect(handled).rejects.toMatchObject({ code: 'unknown_price', endsRun: true });
    expect(run.entries).toEqual([]);
  });

  it('charges the reservation for an answer whose usage makes no sense', async () => {
    const run = new FakeRun();
    const priceOf = () => {
      throw new BulkheadError({ code: 'invalid_usage', message: 'NaN is no number of tokens.' });
    };
    const handled = budget({ prices: { ...prices, priceOf } }).handle(
      call(run, { budget: { usd: 50 } }),
      answer,
    );
    expect((await handled).usd).toBe(9.192);
  });

  it('counts the tokens of prompt and tools by itself', async () => {
    const run = new FakeRun();
    const tools = [{ name: 'lookup', description: 'Finds an order.', inputSchema: { type: 'object' } }];
    await runBudget({ prices }).handle(call(run, { request: { tools, maxOutputTokens: 16 } }), answer);
    const [started] = run.all('model.started');
    expect(started?.reservedTokens).toBeGreaterThan(30);
    expect(started?.reservedTokens).toBeLessThan(80);
  });
});
