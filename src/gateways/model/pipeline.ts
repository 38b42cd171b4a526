import type { Clock } from '../../contract/clock.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { deadline, modelCallCount, type RunBudgetParts, runBudget } from '../../pillars/budget/index.ts';
import { type KillSwitches, killSwitch } from '../../pillars/policy/index.ts';
import { retryModel } from '../../pillars/resilience/index.ts';

export type ModelPipelineParts = {
  killSwitches: Pick<KillSwitches, 'current'>;
  prices: RunBudgetParts['prices'];
  clock: Clock;
  /** In [0, 1). Default: `Math.random`. */
  random?: () => number;
};

/**
 * What every model call passes, outermost first. The order is policy:
 *
 * kill switch · deadline, call counts · (window · routing · outbound guard · cache · inbound guard · fallback) ·
 * retry · kill switch again · budget · (breaker, concurrency) · provider
 *
 * What stands in brackets has its place there.
 */
export function modelPipeline({
  killSwitches,
  prices,
  clock,
  random = Math.random,
}: ModelPipelineParts): Middleware<ModelCall, ModelResponse>[] {
  return [
    killSwitch(killSwitches),
    deadline({ clock }),
    modelCallCount(),
    retryModel({ clock, random }),
    // Once more for each attempt: a switch that is set between two of them holds for the next.
    killSwitch(killSwitches),
    runBudget({ prices }),
  ];
}
