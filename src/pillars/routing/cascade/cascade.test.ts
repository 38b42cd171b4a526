import { describe, expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../../test/fakes/calls.ts';
import { type FakeRoutes, fakeRoutes } from '../../../../test/fakes/routes.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import type { RoutingPolicy } from '../../../contract/agent.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import { compose } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { runBudget, spending } from '../../budget/index.ts';
import { cascade } from './cascade.ts';

const SMALL = 'openai/gpt-5-mini';
const LARGE = 'openai/gpt-5';
const EXPERT = 'anthropic/claude-opus-5';
const CANDIDATES = [
  { model: SMALL, tier: 'small' as const },
  { model: LARGE, tier: 'large' as const },
  { model: EXPERT, tier: 'expert' as const },
];
const SHAPE = { type: 'object', required: ['total'], properties: { total: { type: 'number' } } };
const SHAPED = { responseFormat: { type: 'json' as const, schema: SHAPE } };
const prices = {
  priceOf: ({ usage }: { usage: { inputTokens: number; outputTokens: number } }) => ({
    usd: usage.inputTokens + usage.outputTokens,
    source: 'override' as const,
  }),
  worstCase: () => ({ usd: 100, source: 'override' as const }),
};

type Told = Partial<ModelResponse> | string | BulkheadError;

/** What each model says: a text, an answer, or an error; the last again and again. */
function setUp(
  says: Record<string, Told[]>,
  { routing = { cascade: true }, draw = 1, ...overrides }: Setting = {},
) {
  const run = overrides.run ?? new FakeRun();
  const routes = overrides.routes ?? fakeRoutes();
  const asked: ModelCall[] = [];
  const handle = compose<ModelCall, ModelResponse>(
    [
      cascade({ ...routes, clock: run.clock, random: () => draw }),
      runBudget({ prices, estimate: async () => 20 }),
    ],
    async (call) => {
      asked.push(call);
      const told = says[call.model] ?? [];
      const said = told.length > 1 ? told.shift() : told[0];
      if (said === undefined) throw new Error(`${call.model} was not to be asked.`);
      if (said instanceof BulkheadError) throw said;
      const answer = typeof said === 'string' ? { content: [{ type: 'text' as const, text: said }] } : said;
      return modelResponse({ model: call.model, ...answer });
    },
  );
  const shown: string[] = [];
  const { cascade: climbs, verify, shadow } = routing;
  const declared = {
    ...(climbs ? { cascade: true as const } : {}),
    ...(shadow === undefined ? {} : { shadow }),
  };
  const call = modelCall(run, {
    candidates: CANDIDATES,
    ...overrides,
    definition: { routing: declared, ...overrides.definition },
  });
  const enter = (more: Partial<ModelCall> = {}) =>
    handle({
      ...call,
      ...more,
      step: run.step(),
      onDelta: ({ text }) => shown.push(text),
      ...(verify === undefined ? {} : { verify: async (answer) => verify(answer, null) }),
    });
  return { run, routes, asked, shown, enter, models: () => asked.map(({ model }) => model) };
}

type Setting = ModelCallOverrides & {
  routing?: RoutingPolicy;
  /** In [0, 1): whether another tier is asked too. */
  draw?: number;
  run?: FakeRun;
  routes?: FakeRoutes;
};

describe('a cascade', () => {
  it('goes on with the smallest tier whose answer passes, and shows only that', async () => {
    const { run, models, shown, asked, enter } = setUp(
      { [SMALL]: ['It comes to about ten.'], [LARGE]: ['{"total":10}'] },
      { request: SHAPED },
    );
    expect((await enter()).model).toBe(LARGE);
    expect(models()).toEqual([SMALL, LARGE]);
    expect(asked.map(({ heldBack }) => heldBack)).toEqual([true, true]);
    expect(shown).toEqual(['{"total":10}']);
    expect(run.all('model.verified')).toMatchObject([
      { model: SMALL, tier: 'small', verifier: 'schema', passed: false },
      { model: LARGE, tier: 'large', verifier: 'schema', passed: true },
    ]);
  });

  it('pays for every answer, also for those that it threw away', async () => {
    const { run, enter } = setUp({ [SMALL]: ['{}'], [LARGE]: ['{"total":10}'] }, { request: SHAPED });
    const { usage, usd = 0 } = await enter();
    run.record({
      meta: { kind: 'model.completed', key: 'main/1', outcome: 'ok', usage, usd, durationMs: 1 },
    });
    const { spent, reserved } = run.views.of(spending);
    expect(spent).toMatchObject({ tokens: 60, inputTokens: 40, usd: 60 });
    expect(reserved.size).toBe(0);
  });

  it.each([
    ['was cut off', { finishReason: 'length' }, {}, 'finish'],
    ['was refused', { finishReason: 'content-filter' }, {}, 'finish'],
    ['is empty', { content: [{ type: 'text', text: ' ' }] }, {}, 'empty'],
    ['is not sure', { confidence: 0.3 }, {}, 'confidence'],
    ['calls a tool that is not there', call('fly', {}), {}, 'tools'],
    ['calls a tool with other arguments', call('add', { total: 'ten' }), {}, 'tools'],
    ['calls no tool where it must', {}, { toolChoice: { type: 'required' } }, 'empty'],
  ] as const)('asks the next tier where an answer %s', async (_, answer, request, verifier) => {
    const tools = [{ name: 'add', description: 'Adds.', inputSchema: SHAPE }];
    const { run, enter } = setUp(
      { [SMALL]: [answer as Partial<ModelResponse>], [LARGE]: [call('add', { total: 10 })] },
      { request: { tools, ...request } },
    );
    expect((await enter()).model).toBe(LARGE);
    expect(run.all('model.verified').map((meta) => [meta.verifier, meta.passed])).toEqual([
      [verifier, false],
      ['tools', true],
    ]);
  });

  it('asks the author, about the value where one was asked for, and takes an error for a no', async () => {
    const judged: unknown[] = [];
    const verify = async (answer: unknown) => {
      judged.push(answer);
      if (judged.length === 1) throw new Error('What is that?');
      return judged.length === 3;
    };
    const { run, enter } = setUp(
      { [SMALL]: ['{"total":1}'], [LARGE]: ['{"total":2}'], [EXPERT]: ['{"total":3}'] },
      { request: SHAPED, routing: { cascade: true, verify } },
    );
    expect((await enter()).model).toBe(EXPERT);
    expect(judged).toEqual([{ total: 1 }, { total: 2 }, { total: 3 }]);
    expect(run.all('model.verified')).toMatchObject([
      { verifier: 'verify', passed: false, code: 'code_failed' },
      { verifier: 'verify', passed: false },
      { verifier: 'verify', passed: true },
    ]);
  });

  it('lets the last answer stand, whatever the checks say, and says so', async () => {
    const { run, shown, enter } = setUp(
      { [SMALL]: ['a'], [LARGE]: ['b'], [EXPERT]: ['c'] },
      { request: SHAPED },
    );
    expect((await enter()).model).toBe(EXPERT);
    // It is shown as it comes: nothing can take it back any more.
    expect(shown).toEqual([]);
    expect(run.all('model.verified').at(-1)).toMatchObject({ passed: false, unverified: true });
  });

  it('goes on above the answers that were refused before a takeover', async () => {
    const run = new FakeRun();
    const down = new BulkheadError({ code: 'provider_unavailable', message: 'Down.' });
    const first = setUp({ [SMALL]: ['a'], [LARGE]: [down] }, { run, request: SHAPED });
    await expect(first.enter()).rejects.toThrow('Down.');
    run.restart();
    const second = setUp({ [LARGE]: ['{"total":1}'] }, { run, request: SHAPED });
    expect((await second.enter()).model).toBe(LARGE);
    expect(second.models()).toEqual([LARGE]);
    // What the worker before had seen counts too.
    expect(second.routes.kept).toMatchObject([{ small: false, large: true, used: 'large' }]);
  });

  it('begins where routing says, and never goes down', async () => {
    const { models, enter, asked } = setUp(
      { [LARGE]: ['no'], [EXPERT]: ['no'] },
      {
        request: SHAPED,
        candidates: [CANDIDATES[1], CANDIDATES[2], CANDIDATES[0]].filter((one) => one !== undefined),
      },
    );
    await enter();
    expect(models()).toEqual([LARGE, EXPERT]);
    expect(asked[0]?.candidates.map(({ model }) => model)).toEqual([LARGE, EXPERT, SMALL]);
    expect(asked[1]?.candidates.map(({ model }) => model)).toEqual([EXPERT]);
  });

  it.each([
    ['a summary of its own', { request: { quiet: true, ...SHAPED } }],
    ['the last turn', { request: { lastTurn: true as const, ...SHAPED } }],
    ['models without tiers', { candidates: [{ model: SMALL }, { model: LARGE }], request: SHAPED }],
    ['a definition that declares no cascade', { routing: {}, request: SHAPED }],
  ])('leaves alone %s', async (_, setting) => {
    const { models, run, enter } = setUp({ [SMALL]: ['no'] }, setting);
    expect((await enter()).model).toBe(SMALL);
    expect(models()).toEqual([SMALL]);
    expect(run.all('model.verified')).toEqual([]);
  });
});

describe('what a call shows of its tiers', () => {
  it('is kept, as far as its checks can tell', async () => {
    const { routes, enter } = setUp({ [SMALL]: ['no'], [LARGE]: ['{"total":10}'] }, { request: SHAPED });
    await enter();
    expect(routes.kept).toMatchObject([
      {
        agent: 'support',
        pair: `${SMALL} ${LARGE}`,
        small: false,
        large: true,
        used: 'large',
        smallUsd: 30,
        largeUsd: 30,
      },
    ]);
    const prose = setUp({ [SMALL]: ['Hello.'] }, { routing: {} });
    await prose.enter();
    expect(prose.routes.kept).toMatchObject([{ small: null, large: null, used: 'small' }]);
  });

  it.each([
    ['the same in other signs', 'Yes.', 'yes', { small: true, large: true }],
    ['something else', 'No', 'yes', { small: false, large: true }],
    [
      'prose, which cannot be compared',
      'There are many ways to go about that, and one is this.',
      'I would begin at the other end, since that is where it hurts.',
      { small: null, large: true },
    ],
  ])('counts against the larger tier, where it says %s', async (_, small, large, labels) => {
    const setting = { routing: { shadow: 0.1 }, draw: 0.05 };
    const { routes, run, shown, asked, enter } = setUp({ [SMALL]: [small], [LARGE]: [large] }, setting);
    expect((await enter()).model).toBe(SMALL);
    expect(routes.kept).toMatchObject([{ ...labels, used: 'small' }]);
    expect(shown).toEqual([]);
    expect(asked[1]).toMatchObject({ model: LARGE, heldBack: true });
    expect(run.all('model.attempted')).toMatchObject([
      { model: LARGE, code: 'shadow', usd: 30, shadow: true },
    ]);
    expect(run.views.of(spending).spent.usd).toBe(30);
  });

  it('is asked of another tier for the declared share alone', async () => {
    const { models, enter } = setUp({ [SMALL]: ['Yes.'] }, { routing: { shadow: 0.1 }, draw: 0.1 });
    await enter();
    expect(models()).toEqual([SMALL]);
  });

  it('takes no time that the run needs: shortly before its deadline nothing is compared', async () => {
    const { models, run, enter } = setUp({ [SMALL]: ['Yes.'] }, { routing: { shadow: 1 }, draw: 0 });
    await enter({ deadline: run.clock.now() + 30_000 });
    expect(models()).toEqual([SMALL]);
  });

  it('costs the run no budget that it needs: a comparison that does not fit is left out', async () => {
    const { run, routes, models, enter } = setUp(
      { [SMALL]: ['Yes.'] },
      { routing: { shadow: 1 }, draw: 0, budget: { tokens: 300 } },
    );
    expect((await enter()).model).toBe(SMALL);
    expect(models()).toEqual([SMALL]);
    expect(run.all('model.started').some(({ shadow }) => shadow)).toBe(false);
    expect(routes.kept).toMatchObject([{ small: null, large: null }]);
  });

  it('is charged in full where a crash left a comparison open', async () => {
    const run = new FakeRun();
    const open = { key: 'main/1~shadow', attempt: 1, model: LARGE, reservedTokens: 500, reservedUsd: 100 };
    run.record({ meta: { kind: 'model.started', ...open, shadow: true } });
    const { enter } = setUp({ [SMALL]: ['Yes.'] }, { run, routing: {} });
    await enter();
    expect(run.all('model.attempted')).toMatchObject([
      { key: open.key, code: 'lost', tokens: 500, shadow: true },
    ]);
    expect(run.views.of(spending).spent).toMatchObject({ tokens: 500, usd: 100 });
  });
});

function call(toolName: string, input: Record<string, string | number>) {
  return {
    content: [{ type: 'tool-call' as const, toolCallId: 'c', toolName, input }],
    finishReason: 'tool-calls',
  };
}
