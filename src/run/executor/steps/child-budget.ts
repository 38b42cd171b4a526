import type { Allowance, Budget, ResolvedBudget } from '../../../contract/budget.ts';
import { milliseconds } from '../../../contract/duration.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { beforeLastTurn, callsMade, remaining, spending } from '../../../pillars/budget/index.ts';
import type { StepContext } from './step-context.ts';

/** What an agent needs to come anywhere. With less it rather waits for what children under way give back. */
const USEFUL = { tokens: 5_000, modelCalls: 5 };

/** What is left of a run's budget for its children. */
export function leftForChildren({ journal, run }: Pick<StepContext, 'journal' | 'run'>): Allowance {
  const budget = beforeLastTurn(run.budget);
  const { modelCalls, toolCalls } = callsMade(journal.views);
  return {
    ...remaining(journal.views.of(spending), budget),
    modelCalls: Math.max(0, budget.modelCalls - modelCalls),
    ...(budget.toolCalls === undefined ? {} : { toolCalls: Math.max(0, budget.toolCalls - toolCalls) }),
  };
}

/**
 * A child may spend no more than its own definition, its caller and what is left of the parent allow. Where its
 * caller does not say how much, it gets an equal part of what is left: as many parts as children are about to
 * start, but no part that is too small to be useful.
 *
 * @param asked what its caller gives it
 * @param children how many are about to start, itself included
 */
export function childBudget(
  { budget: own }: Pick<DefinitionManifest, 'budget'>,
  asked: Budget,
  { left, parent, children }: { left: Allowance; parent: ResolvedBudget; children: number },
): ResolvedBudget {
  const part = (limit: keyof Allowance, useful = 0): number | undefined => {
    const whole = left[limit] ?? undefined;
    if (whole === undefined || asked[limit] !== undefined) return whole;
    const equal = limit === 'usd' ? whole / children : Math.floor(whole / children);
    return Math.max(equal, Math.min(useful, whole));
  };
  const lowest = (limit: keyof Allowance, useful?: number) =>
    least(own[limit] ?? undefined, asked[limit], part(limit, useful));
  return {
    usd: lowest('usd') ?? null,
    tokens: lowest('tokens', USEFUL.tokens) ?? 0,
    ...present('inputTokens', lowest('inputTokens')),
    ...present('outputTokens', lowest('outputTokens')),
    modelCalls: lowest('modelCalls', USEFUL.modelCalls) ?? 0,
    ...present('toolCalls', lowest('toolCalls')),
    // A turn and time are each run's own: a child gets no more of them than its parent.
    toolCallsPerTurn: Math.min(
      own.toolCallsPerTurn,
      asked.toolCallsPerTurn ?? own.toolCallsPerTurn,
      parent.toolCallsPerTurn,
    ),
    time: Math.min(own.time, asked.time === undefined ? own.time : milliseconds(asked.time), parent.time),
    ...(own.whenSpent === undefined ? {} : { whenSpent: own.whenSpent }),
  };
}

/** What a child's budget sets aside of its parent's. */
export function allowanceOf(budget: ResolvedBudget, parent: ResolvedBudget): Allowance {
  const { usd, tokens, inputTokens, outputTokens, modelCalls, toolCalls } = budget;
  return {
    usd,
    tokens,
    modelCalls,
    ...(parent.inputTokens === undefined ? {} : present('inputTokens', inputTokens)),
    ...(parent.outputTokens === undefined ? {} : present('outputTokens', outputTokens)),
    ...(parent.toolCalls === undefined ? {} : present('toolCalls', toolCalls)),
  };
}

/** Whether an agent could make a call with it. */
export function isWorthAStart({ tokens, usd, modelCalls }: ResolvedBudget): boolean {
  return tokens > 0 && usd !== 0 && modelCalls > 0;
}

/**
 * Whether an agent should rather wait for what children under way give back: nothing is left for it, or of what its
 * caller left open too little to be useful.
 */
export function isTooLittle(budget: ResolvedBudget, own: ResolvedBudget, asked: Budget): boolean {
  const short = (limit: 'tokens' | 'modelCalls') =>
    asked[limit] === undefined && budget[limit] < Math.min(USEFUL[limit], own[limit]);
  return !isWorthAStart(budget) || short('tokens') || short('modelCalls');
}

function least(...limits: (number | undefined)[]): number | undefined {
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

function present<Name extends string>(name: Name, limit: number | undefined): { [Key in Name]?: number } {
  return (limit === undefined ? {} : { [name]: limit }) as { [Key in Name]?: number };
}
