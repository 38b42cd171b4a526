import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeCaches, fakeCaches } from '../../../../test/fakes/caches.ts';
import { type ToolCallOverrides, toolCall } from '../../../../test/fakes/calls.ts';
import { ManualClock, settled } from '../../../../test/fakes/manual-clock.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import type { ResolvedToolCaching } from '../../../contract/cache.ts';
import type { ToolCall, ToolResult } from '../../../contract/gateway-call.ts';
import { invalidation } from './invalidation.ts';
import { resultCache } from './result-cache.ts';

const MINUTE = 60_000;
const DECLARED: ResolvedToolCaching = {
  ttl: MINUTE,
  staleWhileRevalidate: 0,
  tags: ['account'],
  shared: false,
};

let clock: ManualClock;
let caches: FakeCaches;
let cache: ReturnType<typeof resultCache>;
let ran: ToolCall[];
let execute: (call: ToolCall) => Promise<ToolResult>;
beforeEach(() => {
  clock = new ManualClock();
  caches = fakeCaches({ clock });
  cache = resultCache({ ...caches, guardVersion: '1' });
  ran = [];
  execute = async () => ({ output: { read: ran.length } });
});

function call(policy: Partial<ResolvedToolCaching> = {}, overrides: ToolCallOverrides = {}): ToolCall {
  return toolCall(new FakeRun(clock), {
    ...overrides,
    tool: { name: 'balance', effect: 'read', cache: { ...DECLARED, ...policy }, ...overrides.tool },
    facts: { subject: 'ann', ...overrides.facts },
  });
}
const use = (made: ToolCall) =>
  cache.handle(made, (below) => {
    ran.push(below);
    return execute(below);
  });

describe('the result cache', () => {
  it('gives a result again to the same input, whatever run asks', async () => {
    expect(await use(call())).toEqual({ output: { read: 1 } });
    const again = await use(call({}, { facts: { id: 'run-2', session: 's2' } }));
    expect(again).toEqual({ output: { read: 1 }, cached: 'fresh' });
    expect(caches.asked).toEqual(['tool miss', 'tool hit']);
  });

  it.each<[string, ToolCallOverrides]>([
    ['another input', { input: { order: 'AC-2' } }],
    ['another subject', { facts: { subject: 'bob' } }],
    ['another tenant', { facts: { tenant: 'globex' } }],
    ['other code', { facts: { version: 'e'.repeat(64) } }],
    ['another tool', { tool: { name: 'limit' } }],
    ['another definition', { definition: { name: 'billing' } }],
  ])('runs the tool for %s', async (_, difference) => {
    await use(call());
    await use(call({}, difference));
    expect(ran).toHaveLength(2);
  });

  it('without a subject is of the session, and without that of the run, unless it is shared', async () => {
    const of = (id: string, session?: string) => {
      const made = call();
      const { subject: _, ...facts } = { ...made.run, id };
      return { ...made, run: { ...facts, ...(session === undefined ? {} : { session }) } };
    };
    const shared = (made: ToolCall): ToolCall => ({
      ...made,
      tool: { ...made.tool, cache: { ...DECLARED, shared: true } },
    });
    for (const made of [of('1', 's'), of('2', 's'), of('3'), of('3'), of('4')]) await use(made);
    expect(ran).toHaveLength(3);
    for (const made of [of('5'), of('6', 's'), call()]) await use(shared(made));
    expect(ran).toHaveLength(4);
  });

  it('runs the tool again when its time is over, and after an error', async () => {
    execute = async () => Promise.reject(new Error('down'));
    await expect(use(call())).rejects.toThrow('down');
    execute = async () => ({ output: 1 });
    await use(call());
    await clock.advance(MINUTE);
    await use(call());
    expect(ran).toHaveLength(3);
  });

  it('runs once for equal calls side by side', async () => {
    const { promise, resolve } = Promise.withResolvers<ToolResult>();
    execute = () => promise;
    const results = [use(call()), use(call())];
    await settled();
    resolve({ output: 1 });
    expect(await Promise.all(results)).toEqual([{ output: 1 }, { output: 1, cached: 'fresh' }]);
    expect(ran).toHaveLength(1);
  });

  it('runs again for who asks after a tag was cleared, also while an earlier call is under way', async () => {
    const under: PromiseWithResolvers<ToolResult>[] = [];
    execute = () => {
      const run = Promise.withResolvers<ToolResult>();
      under.push(run);
      return run.promise;
    };
    const earlier = use(call());
    await settled();
    await clock.advance(1);
    await caches.store.clear('acme', ['tag:account']);
    await clock.advance(1);
    const later = [use(call()), use(call())];
    await settled();
    under[0]?.resolve({ output: 'old' });
    expect(await earlier).toEqual({ output: 'old' });
    await settled();
    expect(ran).toHaveLength(2);
    under[1]?.resolve({ output: 'new' });
    expect((await Promise.all(later)).map(({ output }) => output)).toEqual(['new', 'new']);
  });

  it('runs again under another guard', async () => {
    await use(call());
    cache = resultCache({ ...caches, guardVersion: '2' });
    await use(call());
    expect(ran).toHaveLength(2);
  });

  it('never answers for a tool with effects, nor for what undoes a call', async () => {
    for (const effect of ['write', 'execute'] as const) {
      await use(call({}, { tool: { effect } }));
      await use(call({}, { tool: { effect } }));
    }
    await use(call({}, { compensates: { key: 'main/1', output: 1 } }));
    await use(call({}, { compensates: { key: 'main/1', output: 1 } }));
    expect(ran).toHaveLength(6);
  });
});

describe('a result past its time', () => {
  const stale = { staleWhileRevalidate: MINUTE };

  it('is given once more, and fetched anew behind the call, once', async () => {
    await use(call(stale));
    await clock.advance(MINUTE + 1);
    const { promise, resolve } = Promise.withResolvers<ToolResult>();
    execute = () => promise;
    const given = await Promise.all([use(call(stale)), use(call(stale)), use(call(stale))]);
    expect(given).toEqual(Array.from({ length: 3 }, () => ({ output: { read: 1 }, cached: 'stale' })));
    expect(ran).toHaveLength(2);
    resolve({ output: 'new' });
    await settled();
    expect(await use(call(stale))).toEqual({ output: 'new', cached: 'fresh' });
    expect(ran).toHaveLength(2);
  });

  it('is fetched anew although the run has ended, and waits for nobody', async () => {
    await use(call(stale));
    await clock.advance(MINUTE + 1);
    const ended = call(stale);
    const closed = { ...ended.step, durable: () => new Promise<void>(() => {}) };
    execute = async ({ step }) => {
      await step.durable();
      await expect(step.suspend({ for: 'review' })).rejects.toMatchObject({ code: 'refresh_may_not_wait' });
      return { output: 'new' };
    };
    await use({ ...ended, step: closed, signal: AbortSignal.abort(new Error('the run is over')) }).catch(
      () => {},
    );
    await use({ ...ended, step: closed });
    await settled();
    expect(await use(call(stale))).toEqual({ output: 'new', cached: 'fresh' });
  });

  it('is not given when the time for that is over too', async () => {
    await use(call(stale));
    await clock.advance(2 * MINUTE);
    expect(await use(call(stale))).toEqual({ output: { read: 2 } });
  });
});

describe('a tool that declares what it makes untrue', () => {
  const change = (made: ToolCall, result: Promise<ToolResult>) =>
    invalidation({ ...caches, clock }).handle(made, async ({ step }) => {
      step.record({
        meta: {
          ...{ kind: 'tool.started', key: step.key, tool: 'deposit', attempt: 1 },
          ...{ idempotencyKey: 'k', inputHash: 'h' },
        },
      });
      return result;
    });
  const deposit = () => toolCall(new FakeRun(clock), { tool: { name: 'deposit', invalidates: ['account'] } });

  it('clears it before its own result is told', async () => {
    await use(call());
    await clock.advance(1);
    await change(deposit(), Promise.resolve({ output: 1 }));
    await use(call());
    expect(ran).toHaveLength(2);
  });

  it('clears it when the call failed, since it may have had its effect', async () => {
    await use(call());
    await clock.advance(1);
    await expect(change(deposit(), Promise.reject(new Error('broke off')))).rejects.toThrow('broke off');
    await use(call());
    expect(ran).toHaveLength(2);
  });

  it('clears it when the step is entered again after a crash, before anything else', async () => {
    await use(call());
    await clock.advance(1);
    const again = deposit();
    again.step.record({
      meta: {
        ...{ kind: 'tool.started', key: again.step.key, tool: 'deposit', attempt: 1 },
        ...{ idempotencyKey: 'k', inputHash: 'h' },
      },
    });
    void change(again, new Promise(() => {}));
    await settled();
    await use(call());
    expect(ran).toHaveLength(2);
  });

  it('leaves what has no such tag, and clears nothing when the call never started', async () => {
    await use(call({ tags: ['weather'] }));
    await use(call({}, { input: 2 }));
    await clock.advance(1);
    const refused = invalidation({ ...caches, clock }).handle(deposit(), async () =>
      Promise.reject(new Error('denied')),
    );
    await expect(refused).rejects.toThrow('denied');
    await use(call({}, { input: 2 }));
    await change(deposit(), Promise.resolve({ output: 1 }));
    await use(call({ tags: ['weather'] }));
    expect(ran).toHaveLength(2);
  });

  it('waits for a database that is away, because its result could not be recorded either', async () => {
    let tries = 0;
    const away = Object.assign(new Error('terminated'), { code: '57P01' });
    const clear = async () => {
      tries += 1;
      if (tries < 3) throw away;
      return 0;
    };
    const changed = invalidation({ store: { clear }, clock }).handle(deposit(), async () => ({ output: 1 }));
    await clock.advance(1_000);
    await expect(changed).resolves.toEqual({ output: 1 });
    expect(tries).toBe(3);
  });
});
