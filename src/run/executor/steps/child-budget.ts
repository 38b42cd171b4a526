import type { Allowance, Budget, ResolvedBudget } from '../../../contract/budget.ts';
import { milliseconds } from '../../../contract/duration.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { beforeLastTurn, callsMade, remaining, spending } from '../../../pillars/budget/index.ts';
import type { StepContext } from './step-context.ts';

/** An agent with fewer tokens cannot hold one call: it is not worth its start while others will give theirs back. */
const LEAST_TOKENS = 1_000;

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
 * caller does not say how much, it gets an equal part of what is left: as many parts as children wait to start.
 *
 * @param own the child's definition's limits
 * @param asked what its caller gives it
 * @param children that are started side by side with it and were given no budget, itself included
 */
export function childBudget(
  { budget: own }: Pick<DefinitionManifest, 'budget'>,
  asked: Budget,
  { left, parent, children }: { left: Allowance; parent: ResolvedBudget; children: number },
): ResolvedBudget {
  const share = <Limit extends number | null | undefined>(limit: Limit, wish: number | undefined) =>
    typeof limit !== 'number' || wish !== undefined ? limit : Math.floor(limit / children);
  const usd = [
    own.usd,
    asked.usd ?? null,
    left.usd === null || asked.usd !== undefined ? left.usd : left.usd / children,
  ].filter((limit) => limit !== null);
  return {
    usd: usd.length === 0 ? null : Math.min(...usd),
    tokens: lowest(own.tokens, asked.tokens, share(left.tokens, asked.tokens)) ?? 0,
    ...present(
      'inputTokens',
      lowest(own.inputTokens, asked.inputTokens, share(left.inputTokens, asked.inputTokens)),
    ),
    ...present(
      'outputTokens',
      lowest(own.outputTokens, asked.outputTokens, share(left.outputTokens, asked.outputTokens)),
    ),
    modelCalls: lowest(own.modelCalls, asked.modelCalls, share(left.modelCalls, asked.modelCalls)) ?? 0,
    ...present('toolCalls', lowest(own.toolCalls, asked.toolCalls, share(left.toolCalls, asked.toolCalls))),
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

/** Whether an agent that takes what is left should rather wait for what children under way give back. */
export function isTooLittle(budget: ResolvedBudget, own: ResolvedBudget): boolean {
  return !isWorthAStart(budget) || budget.tokens < Math.min(LEAST_TOKENS, own.tokens);
}

function lowest(...limits: (number | undefined)[]): number | undefined {
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

function present<Name extends string>(
  name: Name,
  limit: number | null | undefined,
): { [Key in Name]?: number } {
  return (typeof limit === 'number' ? { [name]: limit } : {}) as { [Key in Name]?: number };
}
