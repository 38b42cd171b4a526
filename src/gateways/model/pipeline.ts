import type { Clock } from '../../contract/clock.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import {
  budgetRoom,
  deadline,
  modelCallCount,
  type RunBudgetParts,
  runBudget,
} from '../../pillars/budget/index.ts';
import {
  embeddingBudget,
  type TenantBudgetParts,
  tenantModelBudget,
} from '../../pillars/budget/spend/index.ts';
import { estimateTokens } from '../../pillars/budget/tokens/index.ts';
import { type Caches, exactCache, promptCache, semanticCache } from '../../pillars/cache/index.ts';
import { type KillSwitches, killSwitch } from '../../pillars/policy/index.ts';
import {
  breaker,
  type Circuits,
  type ConcurrencyLimits,
  concurrency,
  fallback,
  outage,
  retryModel,
} from '../../pillars/resilience/index.ts';
import { type CascadeParts, cascade, type RoutingParts, routing } from '../../pillars/routing/index.ts';
import { createTokenCounter, type ModelWindows, window } from '../../pillars/window/index.ts';

import { type BatchWaitParts, batchLane, batchWait } from './batch/index.ts';

export type ModelPipelineParts = {
  killSwitches: Pick<KillSwitches, 'current'>;
  prices: RunBudgetParts['prices'];
  /** What tenants and agents may spend. */
  spend: Pick<TenantBudgetParts, 'limits' | 'ledger'>;
  windows: ModelWindows;
  routes: RoutingParts & Omit<CascadeParts, 'clock' | 'random'>;
  caches: Caches;
  circuits: Pick<Circuits, 'admit' | 'settle' | 'refuseIfDownSince'>;
  /** Calls under way at once, by provider. */
  concurrencyLimits?: ConcurrencyLimits;
  /** Of the providers, for runs of the lane `batch`. */
  batches: BatchWaitParts & { takesBatches: (model: string) => boolean };
  clock: Clock;
  /** In [0, 1). Default: `Math.random`. */
  random?: () => number;
};

/** Of the guards between the caches and the model. With another one nothing is given again that these let through. */
const GUARD_VERSION = 'none';

/**
 * What every model call passes, outermost first. The order is policy:
 *
 * kill switch · deadline, call counts · outage · window · routing · (outbound guard) · cache, semantic cache ·
 * (inbound guard) · cascade · fallback · retry · budget room · kill switch again · batch · tenant budget, budget ·
 * batch · breaker, concurrency · prompt cache · provider
 *
 * What stands in brackets has its place there.
 */
export function modelPipeline({
  killSwitches,
  prices,
  spend,
  windows,
  routes,
  caches,
  circuits,
  concurrencyLimits = {},
  batches,
  clock,
  random = Math.random,
}: ModelPipelineParts): Middleware<ModelCall, ModelResponse>[] {
  // One for both: what the window has counted the budget need not count again.
  const counter = createTokenCounter(estimateTokens);
  return [
    killSwitch(killSwitches),
    deadline({ clock }),
    modelCallCount(),
    outage({ random }),
    window({ windows, counter }),
    routing(routes),
    exactCache({ ...caches, guardVersion: GUARD_VERSION }),
    semanticCache({ ...caches, spendOnEmbeddings: embeddingBudget(spend), guardVersion: GUARD_VERSION }),
    cascade({ ...routes, clock, random }),
    fallback(),
    retryModel({ clock, random }),
    budgetRoom({ prices, estimate: counter.request }),
    // Once more for each attempt: a switch that is set between two of them holds for the next.
    killSwitch(killSwitches),
    batchLane(batches),
    tenantModelBudget({ ...spend, prices, estimate: counter.request }),
    runBudget({ prices, estimate: counter.request }),
    batchWait(batches),
    breaker(circuits),
    concurrency({ limits: concurrencyLimits, circuits, clock }),
    promptCache(),
  ];
}
