import { TIERS, type Tier } from '../../../contract/agent.ts';
import { type Clock, systemClock } from '../../../contract/clock.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Middleware, Next } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { FeatureSource } from '../learn/index.ts';
import type { SampleStore } from '../store/index.ts';
import { judge } from './judge.ts';
import { levelsOf } from './levels.ts';
import { type Pair, pairOf, sideOf } from './pair.ts';
import { chargeRefused, show } from './refused-answer.ts';
import { askShadow, chargeLostShadow, hasTimeForShadow } from './shadow.ts';
import { type Fits, type Verdict, verify } from './verifiers.ts';

export type CascadeParts = {
  fits: Fits;
  samples: Pick<SampleStore, 'add'>;
  features: FeatureSource;
  /** That deadlines are by. */
  clock?: Pick<Clock, 'now'>;
  /** In [0, 1). */
  random?: () => number;
};

/** An answer of a tier, and what the checks said of it. */
export type Checked = { tier: Tier | undefined; response: ModelResponse; verdict: Verdict };

/**
 * Checks answers, and asks the next larger tier where one does not pass, for definitions that declare
 * `routing.cascade`; the last one's answer stands, whatever the checks say. What may still be thrown away is not shown,
 * and every answer is paid for. Beyond that it keeps what a call has shown of its tiers, for a route to be learned
 * from, and asks another tier too for the declared share of calls.
 *
 * It stands above fallback, which finds a model that answers; whether the answer will do is decided here.
 *
 * @example
 * const middleware = cascade({ fits, samples, features });
 * const { model } = await middleware.handle(call, fallback); // of the smallest tier whose answer passed
 */
export function cascade({
  fits,
  samples,
  features,
  clock = systemClock,
  random = Math.random,
}: CascadeParts): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'cascade',
    async handle(call, next) {
      const { routing } = call.definition;
      const pair = pairOf(call.candidates);
      // What the code asks for itself (a summary), and a last turn, have no second try.
      if (routing === undefined || pair === undefined || call.request.quiet || call.request.lastTurn)
        return next(call);
      chargeLostShadow(call);
      const answers = routing.cascade ? await climb(call, next, fits) : [await ask(call, next, fits)];
      const last = answers.at(-1);
      if (last === undefined) throw new Error('A cascade without an answer.');
      const isCompared = random() < (routing.shadow ?? 0) && hasTimeForShadow(call, clock.now());
      const shadow = isCompared ? await compare(call, next, { pair, answers, fits }) : undefined;
      const used = sideOf(pair, last.tier);
      const known = used === undefined ? undefined : await features(call);
      if (known !== undefined && used !== undefined) {
        const judged = judge(call.request, pair, { answers, shadow, refused: refusedTiers(call) });
        const { run, definition, step } = call;
        const sample = { agent: definition.name, pair: pair.name, features: known, used, ...judged };
        samples.add({ tenant: run.tenant, run: run.id, key: step.key, ...sample });
      }
      return last.response;
    },
  };
}

/** Without a cascade the answer stands as it is; the checks are for what is learned from it. */
async function ask(call: ModelCall, next: Next<ModelCall, ModelResponse>, fits: Fits): Promise<Checked> {
  const response = await next(call);
  return { tier: tierOf(call, response), response, verdict: await verify({ call, response, fits }) };
}

/** Asks tier after tier until an answer passes or none is left. */
async function climb(call: ModelCall, next: Next<ModelCall, ModelResponse>, fits: Fits): Promise<Checked[]> {
  const levels = levelsOf(call.candidates);
  const answers: Checked[] = [];
  for (let index = firstLevel(call, levels); ; ) {
    const level = levels[index];
    const model = level?.candidates[0]?.model;
    if (level === undefined || model === undefined) throw new Error('A cascade without a model.');
    const heldBack = index < levels.length - 1;
    const { candidates } = level;
    const response = await next({ ...call, model, candidates, ...(heldBack ? { heldBack } : {}) });
    const tier = tierOf(call, response) ?? level.tier;
    const verdict = await verify({ call, response, fits });
    answers.push({ tier, response, verdict });
    const reached = Math.max(TIERS.indexOf(tier), TIERS.indexOf(level.tier));
    index = levels.findIndex((above) => TIERS.indexOf(above.tier) > reached);
    const stands = verdict.passed || index < 0;
    call.step.record({
      meta: {
        kind: 'model.verified',
        key: call.step.key,
        model: response.model,
        tier,
        verifier: verdict.verifier,
        passed: verdict.passed,
        ...(stands && !verdict.passed ? { unverified: true } : {}),
        ...(verdict.code === undefined ? {} : { code: verdict.code }),
      },
    });
    if (stands) {
      if (heldBack) show(call, response);
      return answers;
    }
    chargeRefused(call, response);
  }
}

/** After a takeover: the one above those whose answers were refused. */
function firstLevel(call: ModelCall, levels: ReturnType<typeof levelsOf>): number {
  const refused = Math.max(-1, ...[...refusedTiers(call)].map((tier) => TIERS.indexOf(tier)));
  const index = levels.findIndex(({ tier }) => TIERS.indexOf(tier) > refused);
  return index < 0 ? levels.length - 1 : index;
}

/** Tiers whose answers did not pass, of workers before this one too. */
function refusedTiers({ step }: ModelCall): Set<Tier> {
  const refused = new Set<Tier>();
  for (const { meta } of step.entries) {
    if (meta.kind !== 'model.verified' || meta.passed || meta.unverified || meta.shadow) continue;
    if (meta.tier !== undefined) refused.add(meta.tier);
  }
  return refused;
}

/** Asks the tier of the pair that has not been asked. */
async function compare(
  call: ModelCall,
  next: Next<ModelCall, ModelResponse>,
  { pair, answers, fits }: { pair: Pair; answers: readonly Checked[]; fits: Fits },
): Promise<Checked | undefined> {
  const asked = answers.map(({ tier }) => sideOf(pair, tier));
  const side = (['small', 'large'] as const).find((other) => !asked.includes(other));
  if (side === undefined) return undefined;
  const { model, tier } = pair[side];
  const response = await askShadow(call, next, { model, tier });
  // One that was cut off, perhaps by what was left of the budget, says nothing about its tier.
  if (response === undefined || response.finishReason === 'length') return undefined;
  const verdict = await verify({ call, response, fits });
  const { verifier, passed } = verdict;
  const about = { key: call.step.key, model: response.model, tier, verifier, passed, shadow: true as const };
  call.step.record({ meta: { kind: 'model.verified', ...about } });
  return { tier, response, verdict };
}

function tierOf({ candidates }: ModelCall, { model }: ModelResponse): Tier | undefined {
  return candidates.find((candidate) => candidate.model === model)?.tier;
}
