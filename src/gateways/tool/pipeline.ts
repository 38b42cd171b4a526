import type { Clock } from '../../contract/clock.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import { deadline, toolBudget, toolCallCount } from '../../pillars/budget/index.ts';
import { type TenantBudgetParts, tenantToolBudget } from '../../pillars/budget/spend/index.ts';
import { estimateTextTokens } from '../../pillars/budget/tokens/index.ts';
import { type Caches, invalidation, resultCache } from '../../pillars/cache/index.ts';
import { inputSchema, outputGuard } from '../../pillars/guard/index.ts';
import { type KillSwitches, killSwitch, permissions } from '../../pillars/policy/index.ts';
import { retryTool } from '../../pillars/resilience/index.ts';
import { rankPassages } from '../../pillars/retrieval/index.ts';
import { approval, batch, type ReviewDesk } from '../../pillars/review/index.ts';
import { type SampleStore, toolSuccess } from '../../pillars/routing/index.ts';
import { compress } from '../../pillars/window/index.ts';
import { ledger } from './ledger.ts';

export type ToolPipelineParts = {
  killSwitches: Pick<KillSwitches, 'current'>;
  desk: Pick<ReviewDesk, 'open' | 'expire'>;
  /** What tenants and agents may spend. */
  spend: Pick<TenantBudgetParts, 'limits' | 'ledger'>;
  caches: Pick<Caches, 'store' | 'uses'>;
  /** What calls have shown of the tiers of their models. */
  samples: Pick<SampleStore, 'refute'>;
  clock: Clock;
  /** In [0, 1). Default: `Math.random`. */
  random?: () => number;
};

/** Of the output guard, below the result cache. With another one nothing is given again that this one let through. */
const GUARD_VERSION = '1';

/** What every tool call passes, outermost first. The order is policy. */
export function toolPipeline({
  killSwitches,
  desk,
  spend,
  caches,
  samples,
  clock,
  random = Math.random,
}: ToolPipelineParts): Middleware<ToolCall, ToolResult>[] {
  return [
    compress({ count: (text) => estimateTextTokens([text]), rank: rankPassages }),
    batch(),
    killSwitch(killSwitches),
    toolSuccess({ samples }),
    inputSchema(),
    toolCallCount(),
    deadline({ clock }),
    permissions(),
    approval({ desk, clock }),
    resultCache({ ...caches, guardVersion: GUARD_VERSION }),
    invalidation({ ...caches, clock }),
    retryTool({ clock, random }),
    // Once more for each attempt: a switch that is set between two of them holds for the next.
    killSwitch(killSwitches),
    tenantToolBudget(spend),
    toolBudget(),
    ledger({ desk, clock }),
    outputGuard(),
  ];
}
