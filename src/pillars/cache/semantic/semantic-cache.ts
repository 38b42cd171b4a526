import type { ResolvedModelCaching } from '../../../contract/cache.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelRequest, ModelResponse } from '../../../contract/model.ts';
import { giveAgain, hasBegun } from '../model/give-again.ts';
import { type KeyParts, requestKey } from '../model/request-key.ts';
import { isReusable, plainTextOf } from '../model/reusable.ts';
import { quietly } from '../quietly.ts';
import type { CacheUses } from '../report/cache-uses.ts';
import type { CacheStore } from '../store/cache-store.ts';
import { agree } from './agree.ts';
import { type Calibration, calibrate } from './calibrate.ts';
import { effectsAsked } from './effects.ts';
import type { Embedder } from './embedder.ts';
import { matchesOf } from './match.ts';
import { meaningOf } from './meaning.ts';
import { paidEmbedder, type SpendOnEmbeddings } from './paid-embedder.ts';
import { plainPhrasing } from './phrasing.ts';
import { questionOf } from './question.ts';
import type { SemanticHits } from './semantic-hits.ts';
import { type KeptQuestion, keptQuestion, SemanticIndex } from './semantic-index.ts';

type Policy = NonNullable<ResolvedModelCaching['semantic']>;

export type SemanticCacheParts = KeyParts & {
  store: Pick<CacheStore, 'keyOf' | 'read' | 'readScope' | 'write'>;
  hits: SemanticHits;
  uses: Pick<CacheUses, 'count'>;
  /** @throws BulkheadError for a name that is none */
  embedderOf: (name: string) => Embedder;
  /** Within what tenants may spend, in whose budgets it counts. */
  spendOnEmbeddings: SpendOnEmbeddings;
  /** Told once for each definition that this cache serves no hit of it any more. */
  onOff?: (off: { tenant: string; agent: string; judged: number; wrong: number; maxWrong: number }) => void;
};

/** A question with its place among others, once it is known that it may be looked up. */
type Sought = {
  question: string;
  rest: ModelRequest;
  vector: Float32Array;
  scope: Buffer;
  calibration: Pick<Calibration, 'threshold' | 'margin'>;
  embedder: Embedder;
  cost: { tokens: number; usd: number };
};

/**
 * Answers a question that was answered before in other words, for definitions that declare `cache.semantic`. Only
 * single questions to the same definition, model, tools and system prompt are compared, and likeness alone never
 * decides ({@link matchesOf}). Of the hits a sample is not served: the model is asked, and its answer compared.
 * When too many of them were wrong, the threshold rises, and in the end nothing is served. What several questions
 * speak for is only compared until that has proven that few enough are wrong.
 */
export function semanticCache(parts: SemanticCacheParts): Middleware<ModelCall, ModelResponse> {
  const { store, hits, uses } = parts;
  const index = new SemanticIndex(store);
  const told = new Set<string>();

  const seek = async (call: ModelCall, policy: Policy): Promise<Sought | undefined> => {
    const { run, definition, budget } = call;
    const asked = questionOf(call.request);
    if (asked === undefined || hasBegun(call) || call.step.views.of(effectsAsked).any) return undefined;
    const judgements = await hits.judged(run.tenant, definition.hash);
    const calibration = calibrate(judgements, policy);
    const { judged, wrong } = calibration;
    if (calibration.threshold === null && calibration.margin === null) {
      const { tenant, agent } = run;
      if (!told.has(definition.hash))
        parts.onOff?.({ tenant, agent, judged, wrong, maxWrong: policy.maxWrong });
      told.add(definition.hash);
      return undefined;
    }
    told.delete(definition.hash);
    const embedder = paidEmbedder(parts.embedderOf(policy.embedding), call, parts.spendOnEmbeddings);
    // An unknown price under a budget in dollars is an error for a model; here it is a reason not to ask.
    if (budget.usd !== null && embedder.priceOf(1) === undefined) return undefined;
    const { vectors, tokens } = await embedder.embed([plainPhrasing(asked.question)], call.signal);
    const [vector] = vectors;
    if (vector === undefined) return undefined;
    const named = requestKey(call, parts, asked.rest);
    const scope = await store.keyOf(run.tenant, ['semantic', embedder.name, vector.length, named]);
    return {
      ...asked,
      vector,
      scope,
      calibration,
      embedder,
      cost: { tokens, usd: embedder.priceOf(tokens) ?? 0 },
    };
  };

  const find = async ({ run }: ModelCall, sought: Sought, policy: Policy) => {
    const { neighbours, askedAt } = await index.near(run.tenant, sought.scope, sought.vector);
    const { threshold } = sought.calibration;
    const least = { threshold, margin: policy.witnesses?.margin ?? null, witnesses: policy.witnesses?.count };
    const asked = { question: sought.question, words: meaningOf(sought.question) };
    for (const match of matchesOf(asked, neighbours, least)) {
      const { found } = await store.read(run.tenant, 'semantic', match.kept.key);
      if (found === undefined) continue;
      const { response } = found.value as unknown as KeptQuestion;
      return { askedAt, kept: { response, run: found.run }, match };
    }
    return { askedAt };
  };

  const keep = async (
    call: ModelCall,
    sought: Sought,
    response: ModelResponse,
    askedAt: string,
    ttl: number,
  ) => {
    if (!isReusable(response, call) || plainTextOf(response) === undefined) return;
    const { tenant, agent, id } = call.run;
    const { scope, question, vector } = sought;
    const key = await store.keyOf(tenant, ['semantic-question', scope.toString('hex'), question]);
    const value = keptQuestion(question, vector, response);
    await store.write({ kind: 'semantic', tenant, key, scope, agent, run: id, value, askedAt, ttl });
  };

  return {
    name: 'semantic-cache',
    async handle(call, next) {
      const policy = call.definition.cache?.semantic;
      if (policy === undefined) return next(call);
      const sought = await quietly(seek(call, policy));
      call.signal.throwIfAborted();
      if (sought === undefined) return next(call);
      const { tenant, agent, id } = call.run;
      const use = { tenant, agent, kind: 'semantic' as const };
      const found = await quietly(find(call, sought, policy));
      if (found?.kept === undefined) {
        uses.count(use);
        const response = await next(call);
        if (found !== undefined) await quietly(keep(call, sought, response, found.askedAt, policy.ttl));
        return charged(response, sought.cost);
      }

      const { kept } = found;
      const { margin, kept: other } = found.match;
      const { similarity } = other;
      const likeness = { similarity, ...(margin === undefined ? {} : { margin }) };
      const hit = {
        ...{ tenant, agent, run: id, step: call.step.key, definition: call.definition.hash },
        ...{ ...likeness, source: kept.run },
      };
      const { margin: proven } = sought.calibration;
      const isUnproven = margin !== undefined && (proven === null || margin < proven);
      if (isUnproven || isSampled(call, policy.sample)) {
        uses.count(use);
        const response = await next(call);
        const comparison = await quietly(compare(kept.response, response, sought.embedder, call.signal));
        const wrong = comparison?.wrong;
        await quietly(hits.log({ ...hit, served: false, ...(wrong === undefined ? {} : { wrong }) }));
        // The same words find this answer from now on, and not the wrong one.
        if (wrong) await quietly(keep(call, sought, response, found.askedAt, policy.ttl));
        const tokens = sought.cost.tokens + (comparison?.tokens ?? 0);
        return charged(response, { tokens, usd: sought.embedder.priceOf(tokens) ?? 0 });
      }
      // A hit that cannot be logged is not served: nobody could ever say that it was wrong.
      const logged = await quietly(hits.log({ ...hit, served: true }).then(() => true));
      if (logged === undefined) return charged(await next(call), sought.cost);
      const response = giveAgain(call, kept, { kind: 'semantic', ...likeness });
      uses.count({ ...use, saved: response.cached });
      return charged(response, sought.cost);
    },
  };
}

/** Drawn by the run's own key, so that another worker draws the same. */
function isSampled({ step }: Pick<ModelCall, 'step'>, share: number): boolean {
  return Number.parseInt(step.keyedHash(['semantic-sample', step.key]).slice(0, 8), 16) / 2 ** 32 < share;
}

async function compare(
  kept: ModelResponse,
  asked: ModelResponse,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<{ wrong: boolean; tokens: number }> {
  const [one, other] = [plainTextOf(kept), plainTextOf(asked)];
  // The model did something else than answer: what was kept would have been wrong.
  if (one === undefined || other === undefined) return { wrong: true, tokens: 0 };
  const { same, tokens } = await agree(one, other, embedder, signal);
  return { wrong: !same, tokens };
}

/** What the embedding cost is part of what the call cost. */
function charged(response: ModelResponse, { tokens, usd }: Sought['cost']): ModelResponse {
  if (tokens === 0 && usd === 0) return response;
  const { usage } = response;
  return {
    ...response,
    usage: { ...usage, inputTokens: usage.inputTokens + tokens },
    usd: (response.usd ?? 0) + usd,
  };
}
