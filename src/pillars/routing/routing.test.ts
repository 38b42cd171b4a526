import { describe, expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../test/fakes/calls.ts';
import { fakeRoutes } from '../../../test/fakes/routes.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import { DIMENSIONS, NUMBERS } from './learn/features.ts';
import { type RoutingParts, routing } from './routing.ts';

const SMALL = { model: 'openai/gpt-5-mini', tier: 'small' as const };
const LARGE = { model: 'openai/gpt-5', tier: 'large' as const };
const EDGE = { model: 'local', tier: 'edge' as const };
const TIERS = [SMALL, LARGE, EDGE];

/** A route that is sure of requests whose first word hashes to place 1. */
const route = {
  version: 3,
  pair: `${SMALL.model} ${LARGE.model}`,
  threshold: 0.5,
  model: {
    bias: -2,
    numbers: new Float32Array(NUMBERS.length),
    words: new Float32Array(DIMENSIONS).with(1, 4),
  },
};

async function routed(
  overrides: ModelCallOverrides = {},
  parts: Partial<RoutingParts> = {},
  run: FakeRun = new FakeRun(),
): Promise<{ call: ModelCall; run: FakeRun }> {
  let call: ModelCall | undefined;
  const definition = { routing: {}, ...overrides.definition };
  await routing(fakeRoutes(parts)).handle(
    modelCall(run, { candidates: TIERS, ...overrides, definition }),
    async (passed) => {
      call = passed;
      return modelResponse();
    },
  );
  if (call === undefined) throw new Error('It was not passed on.');
  return { call, run };
}

const names = (call: ModelCall) => call.candidates.map(({ model }) => model);

describe('routing', () => {
  it('leaves the order as the definition has it, without what the rules refuse', async () => {
    const operator = { models: {}, tenants: { acme: { models: ['openai/gpt-5', 'local'] } } };
    const { call, run } = await routed({}, { operator });
    expect(names(call)).toEqual([LARGE.model, EDGE.model]);
    expect(call.model).toBe(LARGE.model);
    expect(run.all('model.routed')).toMatchObject([{ model: LARGE.model, tier: 'large', rules: ['tenant'] }]);
  });

  it('refuses a call none of whose models may be asked, naming the rules', async () => {
    const refused = routed({ definition: { residency: ['eu'] }, candidates: [SMALL, LARGE] });
    await expect(refused).rejects.toMatchObject({
      code: 'no_model_allowed',
      details: {
        refused: [
          { model: SMALL.model, rule: 'residency' },
          { model: LARGE.model, rule: 'residency' },
        ],
      },
    });
  });

  it('records nothing where there is no choice', async () => {
    const { run } = await routed({ candidates: [SMALL] });
    expect(run.entries).toEqual([]);
  });

  it('asks the tier first that a request names, whatever was learned', async () => {
    const features = async () => ({ words: [1], numbers: [] });
    const parts = { routes: { find: () => route }, features };
    const { call, run } = await routed({ request: { tier: 'large' } }, parts);
    expect(names(call)).toEqual([LARGE.model, SMALL.model, EDGE.model]);
    expect(run.all('model.routed')[0]).not.toHaveProperty('score');
  });

  it.each([
    [[1], SMALL.model, 'small', 0.881],
    [[2], LARGE.model, 'large', 0.119],
  ] as const)(
    'asks the tier first that the learned route chooses: words at %j, %s',
    async (words, model, tier, score) => {
      const parts = {
        routes: { find: () => route },
        features: async () => ({ words: [...words], numbers: [] }),
      };
      const { call, run } = await routed({}, parts);
      expect(call.model).toBe(model);
      expect(run.all('model.routed')).toMatchObject([{ model, tier, score, route: 3 }]);
    },
  );

  it.each<[string, Partial<RoutingParts>, object, ModelCallOverrides['request']?]>([
    ['of other models', { routes: { find: () => ({ ...route, pair: 'a b' }) } }, {}],
    ['that has no key to hash with', { routes: { find: () => route }, features: async () => undefined }, {}],
    [
      'of a definition that does not route any more',
      { routes: { find: () => route } },
      { routing: undefined },
    ],
    ['for a last turn', { routes: { find: () => route } }, {}, { lastTurn: true as const }],
  ])('keeps the plain order for a route %s', async (_, parts, definition, request = {}) => {
    const features = async () => ({ words: [2], numbers: [] });
    const { call } = await routed({ definition, request }, { features, ...parts });
    expect(call.model).toBe(SMALL.model);
  });

  it('goes on with what the journal says after a takeover, and says it once', async () => {
    const run = new FakeRun();
    const parts = { routes: { find: () => route }, features: async () => ({ words: [2], numbers: [] }) };
    await routed({}, parts, run);
    run.restart();
    const { call } = await routed({}, {}, run);
    expect(call.model).toBe(LARGE.model);
    expect(run.all('model.routed')).toHaveLength(1);
  });
});
