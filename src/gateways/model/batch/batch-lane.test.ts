import { beforeEach, describe, expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../../test/fakes/calls.ts';
import { FakeRun, stateOf } from '../../../../test/fakes/step.ts';
import { billed } from '../../../contract/billed.ts';
import { BulkheadError, serializeError } from '../../../contract/errors.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import { compose } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { NO_USAGE } from '../../../contract/usage.ts';
import { type RunBudgetParts, runBudget, spending } from '../../../pillars/budget/index.ts';
import { batchLane } from './batch-lane.ts';
import type { BatchOutcome, BatchRequests, NewBatchRequest } from './batch-requests.ts';
import { batchWait } from './batch-wait.ts';

const MODEL = 'openai/gpt-5-mini';
const HOUR = 3_600_000;

/** A dollar a thousand tokens, half of it in batches. */
const prices: RunBudgetParts['prices'] = {
  priceOf: ({ usage, service }) => {
    const multiplier = service === 'batch' ? 0.5 : 1;
    const usd = ((usage.inputTokens + usage.outputTokens) / 1_000) * multiplier;
    return { usd, source: 'override', ...(multiplier === 1 ? {} : { multiplier }) };
  },
  worstCase: ({ inputTokens, maxOutputTokens, service }) => ({
    usd: ((inputTokens + maxOutputTokens) / 1_000) * (service === 'batch' ? 0.5 : 1),
    source: 'override',
  }),
};

/** Requests in memory. */
class FakeBatchRequests implements BatchRequests {
  readonly filed = new Map<string, NewBatchRequest>();
  readonly outcomes = new Map<string, BatchOutcome>();
  readonly withdrawn: string[] = [];
  handedOver = false;
  away = false;

  async file(request: NewBatchRequest): Promise<void> {
    this.#connect();
    if (!this.filed.has(request.id)) this.filed.set(request.id, request);
  }

  async read(_: { id: string; tenant: string }, id: string) {
    this.#connect();
    const outcome = this.outcomes.get(id);
    if (outcome !== undefined) return { state: 'answered' as const, outcome };
    return this.filed.has(id) ? { state: 'waiting' as const } : undefined;
  }

  async withdraw(id: string): Promise<boolean> {
    this.withdrawn.push(id);
    return this.handedOver;
  }

  answer(outcome: BatchOutcome): void {
    for (const id of this.filed.keys()) this.outcomes.set(id, outcome);
  }

  #connect(): void {
    if (this.away) throw new Error('The database is away.');
  }
}

let run: FakeRun;
let requests: FakeBatchRequests;
let ordinary: ModelCall[];
beforeEach(() => {
  run = new FakeRun();
  requests = new FakeBatchRequests();
  ordinary = [];
});

/** Enters the step, as its run does when it wakes. */
function enter(
  overrides: ModelCallOverrides = {},
  more: Partial<ModelCall> = {},
  takesBatches = true,
): Promise<ModelResponse> {
  const { length } = run.all('model.started');
  return compose(
    [
      batchLane({ takesBatches: () => takesBatches }),
      runBudget({ prices, estimate: async () => 1_000 }),
      batchWait({ requests, packOf: async () => undefined }),
    ],
    async (call) => {
      ordinary.push(call);
      return modelResponse();
    },
  )({
    ...modelCall(run, { facts: { lane: 'batch' }, request: { maxOutputTokens: 500 }, ...overrides }),
    attempt: length + 1,
    ...more,
  });
}
const fail = (error: BulkheadError) => requests.answer({ error: serializeError(error) });

describe('a call of the lane batch', () => {
  it('is filed once it is written down, and the run waits without memory', async () => {
    expect(await stateOf(enter())).toBe('pending');
    expect(run.kinds()).toEqual(['model.started', 'model.batched']);
    expect(run.durable).toBe(2);
    const [batched] = run.all('model.batched');
    expect([...requests.filed.values()]).toMatchObject([
      { id: batched?.request, tenant: 'acme', model: MODEL, request: { maxOutputTokens: 500 } },
    ]);
    expect(run.suspensions).toMatchObject([
      { reason: { for: 'provider-batch', model: MODEL }, wakeAt: run.clock.now() + 25 * HOUR },
    ]);
    expect(ordinary).toEqual([]);
  });

  it('keeps half of the ordinary worst case set aside while it waits, and costs half of what its tokens do', async () => {
    await stateOf(enter());
    run.restart();
    expect(run.views.of(spending).reserved.get('main/1')?.usd).toBeCloseTo(0.75);
    requests.answer({ response: modelResponse() });
    const shown: object[] = [];
    const response = await enter({}, { onDelta: (delta) => void shown.push(delta) });
    expect(shown).toEqual([{ text: 'It left yesterday.', attempt: 1 }]);
    expect(response).toMatchObject({ service: 'batch', usd: 0.015, price: { multiplier: 0.5 } });
    expect(run.kinds()).toEqual(['model.started', 'model.batched']);
  });

  it('goes on waiting when it is woken before its answer is there', async () => {
    await stateOf(enter());
    run.restart();
    expect(await stateOf(enter())).toBe('pending');
    expect(run.kinds()).toEqual(['model.started', 'model.batched']);
    expect(requests.filed.size).toBe(1);
  });

  it('is filed again under the same name after a crash between the two', async () => {
    requests.away = true;
    await stateOf(enter());
    expect(run.suspensions).toMatchObject([{ wakeAt: run.clock.now() + 10_000 }]);
    run.restart();
    requests.away = false;
    await stateOf(enter());
    expect([...requests.filed.keys()]).toEqual([run.all('model.batched')[0]?.request]);
  });

  it('that the batch does not answer is asked by itself, at the full price and once', async () => {
    await stateOf(enter());
    run.restart();
    fail(new BulkheadError({ code: 'batch_not_answered', message: 'It expired.', retryable: true }));
    expect(await enter()).toMatchObject({ usd: 0.03 });
    expect(run.all('model.attempted')).toMatchObject([{ attempt: 1, code: 'batch_not_answered', usd: 0 }]);
    expect(ordinary).toMatchObject([{ attempt: 2, model: MODEL }]);
    expect(ordinary[0]).not.toHaveProperty('service');
    await enter();
    expect(run.all('model.batched')).toHaveLength(1);
  });

  it('is charged in full when nobody knows whether its batch answered it', async () => {
    await stateOf(enter());
    run.restart();
    fail(new BulkheadError({ code: 'batch_given_up', message: 'It is lost.', retryable: true }));
    await enter();
    expect(run.all('model.attempted')).toMatchObject([{ code: 'batch_given_up', usd: 0.75 }]);
  });

  it('is charged what it was billed when its answer came and cannot be read', async () => {
    await stateOf(enter());
    run.restart();
    const lost = new BulkheadError({ code: 'batch_given_up', message: 'It is lost.', retryable: true });
    fail(billed(lost, { ...NO_USAGE, inputTokens: 20, outputTokens: 10 }));
    await enter();
    expect(run.all('model.attempted')).toMatchObject([
      { code: 'batch_given_up', tokens: 30, inputTokens: 20, usd: 0.015 },
    ]);
  });

  it('fails as the provider failed it', async () => {
    await stateOf(enter());
    run.restart();
    const details = { status: 400 };
    fail(new BulkheadError({ code: 'provider_refused', message: 'Too long.', details }));
    await expect(enter()).rejects.toMatchObject({ code: 'provider_refused', details });
    expect(ordinary).toEqual([]);
  });

  it.each([
    [false, 0],
    [true, 0.75],
  ])('is called off after a day, and asked by itself (handed over: %s)', async (handedOver, usd) => {
    await stateOf(enter());
    run.restart();
    requests.handedOver = handedOver;
    await run.clock.advance(25 * HOUR);
    expect(await enter()).toMatchObject({ usd: 0.03 });
    expect(requests.withdrawn).toHaveLength(1);
    expect(run.all('model.attempted')).toMatchObject([{ usd }]);
  });
});

describe('a call is asked by itself at once', () => {
  it.each<[string, ModelCallOverrides, Partial<ModelCall>, boolean]>([
    ['in another lane', { facts: { lane: 'normal' } }, {}, true],
    ['where its definition says so', { definition: { batch: false } }, {}, true],
    ['when its provider takes no batches', {}, {}, false],
    ['when it is not to wait', {}, { atOnce: true }, true],
  ])('%s', async (_, overrides, more, takesBatches) => {
    expect(await enter(overrides, more, takesBatches)).toMatchObject({ usd: 0.03 });
    expect(run.all('model.batched')).toEqual([]);
  });
});
