import { ON_OUTAGE } from '../agent.ts';
import type { Schema } from '../schema.ts';
import type { ToolSet } from '../tool.ts';
import type { Workflow, WorkflowDefinition } from '../workflow.ts';
import { atCaller } from './at-caller.ts';
import { optional } from './check-fields.ts';
import { checkGoverned } from './check-governed.ts';
import { schema } from './check-schema.ts';
import { functionValue, oneOf } from './check-values.ts';

/**
 * Defines a workflow: a deterministic function that drives models, tools, agents and people through its
 * context, and goes on where it was when its process dies.
 *
 * @example
 * export const refund = workflow({
 *   name: 'refund',
 *   inputSchema: z.object({ order: z.string() }),
 *   tools: { findOrder },
 *   run: async ({ order }, context) => context.tools.findOrder({ order }),
 * });
 * @throws BulkheadError `invalid_definition`: names the field, what is wrong, and the mend
 */
export function workflow<InputSchema extends Schema, Output, Tools extends ToolSet = Record<never, never>>(
  definition: WorkflowDefinition<InputSchema, Output, Tools>,
): Workflow<InputSchema, Output, Tools> {
  return atCaller(workflow, () => checkWorkflow(definition)) as Workflow<InputSchema, Output, Tools>;
}

/** Checks a value that says it is a workflow. @throws BulkheadError `invalid_definition` */
export function checkWorkflow(value: unknown): Workflow {
  return checkGoverned('workflow', value, {
    inputSchema: schema,
    outputSchema: optional(schema),
    onOutage: optional(oneOf(ON_OUTAGE.filter((choice) => choice !== 'escalate'))),
    run: functionValue,
  }) as Workflow;
}
