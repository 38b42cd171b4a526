import type { Tier } from '../../contract/agent.ts';
import type { Candidate } from '../../contract/candidates.ts';
import { fromTier } from '../../contract/candidates.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { pairOf } from './cascade/index.ts';
import { type FeatureSource, predict } from './learn/index.ts';
import { applyRules, createFacts, noModelAllowed, type OperatorModels } from './rules/index.ts';
import type { Routes } from './store/index.ts';

export type RoutingParts = {
  operator: OperatorModels;
  routes: Pick<Routes, 'find'>;
  features: FeatureSource;
};

/** Which tier is asked first, and by what. */
type Decision = { tier?: Tier | undefined; score?: number; route?: number };

/**
 * Decides which of a call's models may be asked, and which first: the hard rules leave out what cannot or must not
 * answer; of what is left a tier that the request names comes first, or the one that the agent's learned route
 * chooses. Where nothing was learned, or what was learned cannot be read, the order stays as the definition has it.
 *
 * A step that is entered again goes on with what its journal says.
 *
 * @throws BulkheadError `no_model_allowed`
 * @example
 * const operator = { models: { 'mistral/*': { regions: ['eu'] } }, tenants: {} };
 * const middleware = routing({ operator, routes, features });
 * await middleware.handle(call, async ({ candidates }) => ask(candidates)); // those that may be asked, the first one first
 */
export function routing(parts: RoutingParts): Middleware<ModelCall, ModelResponse> {
  const factsOf = createFacts(parts.operator.models);
  return {
    name: 'routing',
    async handle(call, next) {
      const { allowed, refused } = applyRules(call, parts.operator, factsOf);
      if (allowed.length === 0) throw noModelAllowed(refused);
      if (call.candidates.length < 2) return next(call);
      const recorded = call.step.entries.findLast(({ meta }) => meta.kind === 'model.routed')?.meta;
      const before = recorded?.kind === 'model.routed' ? recorded : undefined;
      const decision = before ?? (await decide(call, allowed, parts));
      const candidates = ordered(allowed, decision.tier);
      const { model, tier }: Candidate = candidates[0] ?? { model: call.model };
      if (before === undefined) {
        const { score, route } = decision;
        call.step.record({
          meta: {
            kind: 'model.routed',
            key: call.step.key,
            model,
            ...(tier === undefined ? {} : { tier }),
            rules: [...new Set(refused.map(({ rule }) => rule))],
            ...(score === undefined ? {} : { score }),
            ...(route === undefined ? {} : { route }),
          },
        });
      }
      return next({ ...call, model, candidates });
    },
  };
}

function ordered(allowed: readonly Candidate[], tier: Tier | undefined): readonly Candidate[] {
  return tier === undefined || allowed[0]?.tier === tier ? allowed : fromTier(allowed, tier);
}

async function decide(
  call: ModelCall,
  allowed: readonly Candidate[],
  parts: RoutingParts,
): Promise<Decision> {
  const { request, definition, run } = call;
  // Who names a tier knows better; a last turn takes the cheapest that will do.
  if (request.tier !== undefined) return { tier: request.tier };
  if (definition.routing === undefined || request.lastTurn) return {};
  const route = parts.routes.find(run.tenant, definition.name);
  const pair = pairOf(allowed);
  if (route === undefined || pair?.name !== route.pair) return {};
  const features = await parts.features(call);
  if (features === undefined) return {};
  const score = predict(route.model, features);
  const tier = score >= route.threshold ? pair.small.tier : pair.large.tier;
  return { tier, score: Math.round(score * 1_000) / 1_000, route: route.version };
}
