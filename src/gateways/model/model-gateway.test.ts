import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { beforeAll, describe, expect, it } from 'vitest';
import { noBatches } from '../../../test/fakes/batches.ts';
import { fakeCaches } from '../../../test/fakes/caches.ts';
import { type ModelCallOverrides, modelCall } from '../../../test/fakes/calls.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { fakeRoutes } from '../../../test/fakes/routes.ts';
import { noSpendLimits } from '../../../test/fakes/spend.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { RunBudgetParts } from '../../pillars/budget/index.ts';
import { estimateTokens } from '../../pillars/budget/tokens/index.ts';
import type { KillSwitch } from '../../pillars/policy/index.ts';
import { FakeHealthTable } from '../../pillars/resilience/circuit/testing/fake-health-table.ts';
import { Circuits } from '../../pillars/resilience/index.ts';
import { createModelGateway } from './model-gateway.ts';
import { modelPipeline } from './pipeline.ts';

const usage = {
  inputTokens: { total: 30, noCache: 30, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const answerParts: LanguageModelV4StreamPart[] = [
  { type: 'stream-start', warnings: [] },
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: 'It left ' },
  { type: 'text-delta', id: '0', delta: 'yesterday.' },
  { type: 'text-end', id: '0' },
  {
    type: 'finish',
    usage,
    finishReason: { unified: 'stop', raw: 'stop' },
    providerMetadata: { bulkhead: { confidence: 0.4 } },
  },
];
const prices: RunBudgetParts['prices'] = {
  priceOf: ({ usage: { inputTokens, outputTokens } }) => ({
    usd: inputTokens + outputTokens,
    source: 'override',
  }),
  worstCase: ({ inputTokens, maxOutputTokens }) => ({
    usd: inputTokens + maxOutputTokens,
    source: 'override',
  }),
};

/** A model that does what it is told, call after call; the last again and again. */
function setUp(...answers: (() => LanguageModelV4StreamPart[])[]) {
  const run = new FakeRun();
  run.record({ meta: { kind: 'run.claimed', epoch: 1, worker: 'w' } });
  const asked: LanguageModelV4CallOptions[] = [];
  const model: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider: 'fake',
    modelId: 'fake',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('is not used')),
    doStream: async (options) => {
      asked.push(options);
      const parts = ((answers.length > 1 ? answers.shift() : answers[0]) ?? (() => answerParts))();
      return {
        stream: new ReadableStream({
          start: (stream) => {
            for (const part of parts) stream.enqueue(part);
            stream.close();
          },
        }),
      };
    },
  };
  const switches: KillSwitch[] = [];
  const pipeline = modelPipeline({
    windows: { of: () => 128_000 },
    routes: fakeRoutes(),
    killSwitches: { current: async () => switches },
    prices,
    spend: noSpendLimits,
    caches: fakeCaches(),
    circuits: new Circuits({ table: new FakeHealthTable(run.clock), clock: run.clock, log: () => {} }),
    batches: noBatches,
    clock: run.clock,
    random: () => 0.5,
  });
  const gateway = createModelGateway(pipeline, { resolve: async () => model });
  const deltas: string[] = [];
  const enter = (overrides: ModelCallOverrides = {}) => {
    const call = modelCall(run, overrides);
    const handled = gateway({ ...call, onDelta: ({ text, attempt }) => deltas.push(`${attempt}: ${text}`) });
    handled.catch(() => {});
    return handled;
  };
  return { run, asked, switches, pipeline, deltas, enter };
}

const busy = () => {
  throw new BulkheadError({
    code: 'provider_rate_limited',
    message: 'Wait.',
    retryable: true,
    retryAfter: 2_000,
  });
};

const down = () => {
  throw new BulkheadError({
    code: 'provider_unavailable',
    message: 'It answered 503.',
    retryable: true,
    details: { status: 503 },
  });
};

// The tokeniser loads once, in real time; the clock of these tests does not wait for it.
beforeAll(() => estimateTokens([{ role: 'system', content: 'Hello.' }]));

describe('the model gateway', () => {
  it('has its controls in this order', () => {
    expect(setUp().pipeline.map(({ name }) => name)).toEqual([
      'kill-switch',
      'deadline',
      'call-counts',
      'outage',
      'window',
      'routing',
      'cache',
      'semantic-cache',
      'cascade',
      'fallback',
      'retry',
      'budget-room',
      'kill-switch',
      'batch',
      'tenant-budget',
      'budget',
      'batch',
      'breaker',
      'concurrency',
      'prompt-cache',
    ]);
  });

  it('asks the provider and returns the answer, its confidence and what it cost', async () => {
    const { run, asked, deltas, enter } = setUp();
    expect(await enter()).toEqual({
      content: [{ type: 'text', text: 'It left yesterday.' }],
      finishReason: 'stop',
      usage: {
        inputTokens: 30,
        outputTokens: 5,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
      },
      usd: 35,
      price: { source: 'override' },
      window: { tokens: 15, limit: 123_904 },
      model: 'openai/gpt-5-mini',
      confidence: 0.4,
      providerMetadata: { bulkhead: { confidence: 0.4 } },
    });
    expect(asked).toMatchObject([{ maxOutputTokens: 4_096 }]);
    expect(deltas).toEqual(['1: It left ', '1: yesterday.']);
    expect(run.kinds()).toEqual(['run.claimed', 'model.started']);
  });

  it('waits as long as the provider asks, and charges nothing for being refused', async () => {
    const { run, asked, deltas, enter } = setUp(busy, () => answerParts);
    const handled = enter();
    await run.clock.advance(1_999);
    await settled();
    expect(asked).toHaveLength(1);
    await run.clock.advance(1);
    expect(await handled).toMatchObject({ finishReason: 'stop' });
    expect(run.all('model.attempted')).toMatchObject([
      { attempt: 1, code: 'provider_rate_limited', tokens: 0, usd: 0 },
    ]);
    expect(deltas[0]).toBe('2: It left ');
  });

  it('has one deadline for all attempts: a wait that would pass it is not begun', async () => {
    const { run, asked, enter } = setUp(busy);
    const handled = enter({ budget: { time: 3_000 }, definition: { onOutage: 'fail' } });
    await stateOf(handled);
    await run.clock.advance(2_000);
    await expect(handled).rejects.toMatchObject({ code: 'provider_rate_limited' });
    expect(asked).toHaveLength(2);
  });

  it('asks the other candidates when one cannot answer, and tells in the journal who was asked', async () => {
    const { run, asked, enter } = setUp(down, down, down, () => answerParts);
    const small = 'openai/gpt-5-mini';
    const handled = enter({ candidates: [{ model: small }, { model: 'anthropic/claude-haiku-4-5' }] });
    await stateOf(handled);
    await run.clock.advance(10_000);
    expect(await handled).toMatchObject({ model: 'anthropic/claude-haiku-4-5', finishReason: 'stop' });
    expect(asked).toHaveLength(4);
    expect(run.all('model.started').map(({ attempt, model }) => [attempt, model])).toEqual([
      [1, small],
      [2, small],
      [3, small],
      [4, 'anthropic/claude-haiku-4-5'],
    ]);
    expect(run.all('model.attempted')).toMatchObject(
      Array(3).fill({ model: small, code: 'provider_unavailable' }),
    );
  });

  it('waits for a provider that is down without memory, and then begins anew', async () => {
    const { run, asked, enter } = setUp(down, down, down, () => answerParts);
    expect(await stateOf(enter())).toBe('pending');
    await run.clock.advance(10_000);
    expect(run.suspensions).toMatchObject([{ reason: { for: 'provider', model: 'openai/gpt-5-mini' } }]);
    await run.clock.advance(10_000);
    run.restart();
    expect(await enter()).toMatchObject({ finishReason: 'stop' });
    expect(asked).toHaveLength(4);
    expect(run.all('model.started').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  });

  it('lets each attempt fit into the budget', async () => {
    const { run, enter } = setUp(busy);
    const handled = enter({
      budget: { usd: 60, tokens: 60 },
      request: { maxOutputTokens: 16 },
      definition: { onOutage: 'fail' },
    });
    await run.clock.advance(60_000);
    await stateOf(handled);
    await run.clock.advance(60_000);
    await expect(handled).rejects.toMatchObject({ code: 'provider_rate_limited' });
    expect(run.all('model.started')).toHaveLength(3);
  });

  it('asks nothing while the model is switched off', async () => {
    const { asked, switches, enter } = setUp();
    switches.push({
      tenant: 'acme',
      target: 'model:openai/gpt-5-mini',
      reason: 'Stop.',
      setBy: 'ada',
      setAt: 0,
    });
    await expect(enter()).rejects.toMatchObject({ code: 'switched_off', endsRun: true });
    expect(asked).toEqual([]);
  });

  it('counts calls, not attempts', async () => {
    const { run, enter } = setUp(busy, () => answerParts);
    const first = enter({ key: 'a', budget: { modelCalls: 1 } });
    await stateOf(first);
    await run.clock.advance(60_000);
    await first;
    await expect(enter({ key: 'b', budget: { modelCalls: 1 } })).rejects.toMatchObject({
      code: 'model_call_limit',
    });
  });
});
