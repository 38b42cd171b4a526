import { type Agent, type AgentDefinition, ON_OUTAGE } from '../agent.ts';
import type { ToolSet } from '../tool.ts';
import { atCaller } from './at-caller.ts';
import { objectWith, optional } from './check-fields.ts';
import { checkGoverned } from './check-governed.ts';
import { schema } from './check-schema.ts';
import { count, listOf, numberFrom, oneOf, text } from './check-values.ts';

const window = objectWith({
  // Below this not even instructions, a question and an answer fit.
  tokens: optional(numberFrom(1_024)),
  compactAt: optional(numberFrom(0.1, 0.95)),
  keepTurns: optional(count),
  pinned: optional(listOf(text)),
});

/**
 * Defines an agent: what it is told, which tools it may call, and inside which limits.
 *
 * @example
 * export const support = agent({
 *   name: 'support',
 *   instructions: 'Answer questions about orders.',
 *   tools: { findOrder },
 *   budget: { usd: 0.05 },
 * });
 * @throws BulkheadError `invalid_definition`: names the field, what is wrong, and the mend
 */
export function agent<Tools extends ToolSet = Record<never, never>>(
  definition: AgentDefinition<Tools>,
): Agent<Tools> {
  return atCaller(agent, () => checkAgent(definition)) as Agent<Tools>;
}

/** Checks a value that says it is an agent. @throws BulkheadError `invalid_definition` */
export function checkAgent(value: unknown): Agent {
  return checkGoverned('agent', value, {
    instructions: text,
    rules: optional(listOf(text)),
    inputSchema: optional(schema),
    outputSchema: optional(schema),
    escalateBelow: optional(numberFrom(0, 1)),
    onOutage: optional(oneOf(ON_OUTAGE)),
    window: optional(window),
  }) as Agent;
}
