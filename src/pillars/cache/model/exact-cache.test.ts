import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeCaches, fakeCaches } from '../../../../test/fakes/caches.ts';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../../test/fakes/calls.ts';
import { ManualClock, settled } from '../../../../test/fakes/manual-clock.ts';
import { FakeRun, stateOf } from '../../../../test/fakes/step.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { NO_USAGE } from '../../../contract/usage.ts';
import { exactCache } from './exact-cache.ts';

const HOUR = 3_600_000;
const findOrder = {
  ...{ name: 'findOrder', description: 'Finds an order.', inputSchema: {}, risk: [], network: [] },
  ...{ idempotent: true, timeout: 1_000, examples: [], compensates: false },
};

let clock: ManualClock;
let caches: FakeCaches;
let cache: ReturnType<typeof exactCache>;
let asked: ModelCall[];
let answer: (call: ModelCall) => Promise<ModelResponse>;
beforeEach(() => {
  clock = new ManualClock();
  caches = fakeCaches({ clock });
  cache = exactCache({ ...caches, guardVersion: '1' });
  asked = [];
  answer = async () => modelResponse({ usd: 0.02 });
});

function call(run: string, overrides: ModelCallOverrides = {}): ModelCall {
  return modelCall(new FakeRun(clock), {
    ...overrides,
    definition: { cache: { exact: HOUR }, ...overrides.definition },
    facts: { id: run, ...overrides.facts },
  });
}
const ask = (made: ModelCall) =>
  cache.handle(made, (below) => {
    asked.push(below);
    return answer(below);
  });

describe('the exact cache', () => {
  it('gives an answer again to the same request, for nothing, and says where it is from', async () => {
    await ask(call('run-1'));
    const shown: string[] = [];
    const again = await ask({ ...call('run-2'), onDelta: ({ text }) => shown.push(text) });
    expect(asked).toHaveLength(1);
    expect(again).toMatchObject({
      content: modelResponse().content,
      usage: NO_USAGE,
      usd: 0,
      cached: { kind: 'exact', run: 'run-1', savedTokens: 30, savedUsd: 0.02 },
    });
    expect(shown).toEqual(['It left yesterday.']);
    expect(caches.asked).toEqual(['exact miss', 'exact hit']);
  });

  it.each<[string, ModelCallOverrides]>([
    ['another tenant', { facts: { tenant: 'globex' } }],
    ['another version of the definition', { definition: { hash: 'b'.repeat(64) } }],
    ['other code', { facts: { version: 'e'.repeat(64) } }],
    ['another model', { model: 'openai/gpt-5' }],
    ['other models to fall back to', { candidates: [{ model: 'openai/gpt-5-mini' }, { model: 'local' }] }],
    ['another temperature', { request: { temperature: 0.3 } }],
    ['other tools', { request: { tools: [{ name: 'f', description: 'F', inputSchema: {} }] } }],
    ['another format', { request: { responseFormat: { type: 'json', schema: {} } } }],
    ['room for less', { request: { maxOutputTokens: 10 } }],
  ])('asks for %s', async (_, difference) => {
    await ask(call('run-1'));
    await ask(call('run-2', difference));
    expect(asked).toHaveLength(2);
  });

  it('asks again under another guard, and for other readers', async () => {
    await ask(call('run-1'));
    cache = exactCache({ ...caches, guardVersion: '2' });
    await ask(call('run-2'));
    cache = exactCache({ ...caches, guardVersion: '1', readersOf: () => ['hr'] });
    await ask(call('run-3'));
    expect(asked).toHaveLength(3);
  });

  it('asks again when its time is over, and when it is not declared', async () => {
    await ask(call('run-1'));
    await clock.advance(HOUR);
    await ask(call('run-2'));
    const { cache: _, ...undeclared } = call('run-3').definition;
    await ask({ ...call('run-3'), definition: undeclared });
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Partial<ModelResponse>]>([
    ['cut off', { finishReason: 'length' }],
    ['filtered', { finishReason: 'content-filter' }],
    ['an abstention', { confidence: 0.3 }],
    ['empty', { content: [] }],
    [
      'a call of a tool with effects',
      {
        finishReason: 'tool-calls',
        content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'refund', input: {} }],
      },
    ],
    [
      'a call that is no JSON',
      {
        finishReason: 'tool-calls',
        content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'findOrder', input: '{', invalid: true }],
      },
    ],
  ])('keeps no answer that is %s', async (_, response) => {
    const tools = [
      { ...findOrder, effect: 'read' as const },
      { ...findOrder, name: 'refund', effect: 'write' as const },
    ];
    answer = async () => modelResponse(response);
    await ask(call('run-1', { definition: { tools } }));
    await ask(call('run-2', { definition: { tools } }));
    expect(asked).toHaveLength(2);
  });

  it('keeps a call of a tool that only reads', async () => {
    const tools = [{ ...findOrder, effect: 'read' as const }];
    answer = async () =>
      modelResponse({
        finishReason: 'tool-calls',
        content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'findOrder', input: {} }],
      });
    await ask(call('run-1', { definition: { tools } }));
    await ask(call('run-2', { definition: { tools } }));
    expect(asked).toHaveLength(1);
  });

  describe('of several models', () => {
    const tiers = {
      candidates: [
        { model: 'a/1', tier: 'small' as const },
        { model: 'a/2', tier: 'large' as const },
      ],
    };
    const alike = { candidates: [{ model: 'a/1' }, { model: 'a/2' }] };
    const verified = (more: object) => ({
      ...{ kind: 'model.verified' as const, key: 'main/1', model: 'a/1', verifier: 'author', passed: false },
      ...more,
    });
    const askTwice = async (
      candidates: ModelCallOverrides,
      model: string,
      ...checks: ReturnType<typeof verified>[]
    ) => {
      answer = async ({ step }) => {
        for (const meta of checks) step.record({ meta });
        return modelResponse({ model });
      };
      await ask(call('run-1', { model: 'a/1', ...candidates }));
      await ask(call('run-2', { model: 'a/1', ...candidates }));
      return asked.length;
    };

    it('keeps the answer of the one that was meant', async () => {
      expect(await askTwice(alike, 'a/1')).toBe(1);
    });
    it('keeps none of one that stood in for it', async () => {
      expect(await askTwice(alike, 'a/2')).toBe(2);
      asked = [];
      expect(await askTwice(tiers, 'a/2')).toBe(2);
    });
    it('keeps that of the larger tier when the smaller one was refused', async () => {
      expect(await askTwice(tiers, 'a/2', verified({}))).toBe(1);
    });
    it('keeps none that no check passed, and which stands for want of a better one', async () => {
      const last = verified({ model: 'a/2', unverified: true });
      expect(await askTwice(tiers, 'a/2', verified({}), last)).toBe(2);
    });
  });

  it('keeps no error', async () => {
    answer = async () => Promise.reject(new Error('down'));
    await expect(ask(call('run-1'))).rejects.toThrow('down');
    answer = async () => modelResponse();
    await ask(call('run-2'));
    expect(asked).toHaveLength(2);
  });

  it('asks once for equal calls side by side', async () => {
    const { promise, resolve } = Promise.withResolvers<ModelResponse>();
    answer = () => promise;
    const answers = ['run-1', 'run-2', 'run-3'].map((run) => ask(call(run)));
    await settled();
    resolve(modelResponse());
    const responses = await Promise.all(answers);
    expect(asked).toHaveLength(1);
    expect(responses.map(({ cached }) => cached?.run)).toEqual([undefined, 'run-1', 'run-1']);
  });

  it('asks again for who comes after the agent was cleared, also while an earlier call is under way', async () => {
    const { promise, resolve } = Promise.withResolvers<ModelResponse>();
    answer = () => promise;
    const earlier = ask(call('run-1'));
    await settled();
    await clock.advance(1);
    await caches.store.clear('acme', ['agent:support']);
    await clock.advance(1);
    const later = ask(call('run-2'));
    await settled();
    resolve(modelResponse());
    await earlier;
    expect((await later).cached).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it('lets the next one ask when the first fails, or gives up its memory', async () => {
    let calls = 0;
    answer = async ({ step }) => {
      calls += 1;
      if (calls === 1) throw new Error('down');
      return calls === 2 ? step.suspend({ for: 'timer' }) : modelResponse();
    };
    const [failed, waiting, answered] = ['run-1', 'run-2', 'run-3'].map((run) => ask(call(run)));
    await expect(failed).rejects.toThrow('down');
    await expect(answered).resolves.toMatchObject({ finishReason: 'stop' });
    expect(await stateOf(waiting ?? Promise.resolve())).toBe('pending');
    expect(asked).toHaveLength(3);
  });

  it('lets who waits for another go when its own run ends', async () => {
    answer = () => new Promise(() => {});
    void ask(call('run-1'));
    const ending = new AbortController();
    const follower = ask(call('run-2', { signal: ending.signal }));
    follower.catch(() => {});
    await settled();
    ending.abort(new Error('cancelled'));
    await expect(follower).rejects.toThrow('cancelled');
  });

  it('leaves a step alone that has begun, so that its lost attempt is paid for', async () => {
    await ask(call('run-1'));
    const run = new FakeRun(clock);
    run.record({
      meta: {
        ...{ kind: 'model.started', key: 'main/1', attempt: 1, model: 'openai/gpt-5-mini' },
        ...{ reservedTokens: 100, reservedUsd: 0.1 },
      },
    });
    await ask(modelCall(run, { definition: { cache: { exact: HOUR } } }));
    expect(asked).toHaveLength(2);
  });

  it('keeps an answer for which its run has waited, as asked for when the step began', async () => {
    const begun = () => {
      const run = new FakeRun(clock);
      const made = {
        key: 'main/1',
        attempt: 1,
        model: 'openai/gpt-5-mini',
        reservedTokens: 9,
        reservedUsd: 0,
      };
      run.record({ meta: { kind: 'model.started', ...made } });
      return modelCall(run, { definition: { cache: { exact: 48 * HOUR } }, facts: { id: 'run-1' } });
    };
    const waited = begun();
    await clock.advance(HOUR);
    await ask(waited);
    const cached = { definition: { cache: { exact: 48 * HOUR } } };
    expect((await ask(call('run-2', cached))).cached).toMatchObject({ kind: 'exact', run: 'run-1' });

    const late = begun();
    await clock.advance(HOUR);
    await caches.store.clear('acme', ['agent:support']);
    await clock.advance(HOUR);
    await ask(late);
    expect((await ask(call('run-3', cached))).cached).toBeUndefined();
  });

  it('keeps no answer that was given beside others in one call, who may have had their say in it', async () => {
    answer = async () => modelResponse({ packed: true });
    await ask(call('run-1'));
    await ask(call('run-2'));
    expect(asked).toHaveLength(2);
  });

  it('costs no run when it cannot be read or written', async () => {
    const away = async () => Promise.reject(new Error('the database is away'));
    cache = exactCache({ ...caches, store: { ...caches.store, read: away, write: away }, guardVersion: '1' });
    await expect(ask(call('run-1'))).resolves.toMatchObject({ finishReason: 'stop' });
    cache = exactCache({ ...caches, store: { ...caches.store, keyOf: away }, guardVersion: '1' });
    await expect(ask(call('run-2'))).resolves.toMatchObject({ finishReason: 'stop' });
  });
});
