import type { Schema } from '../schema.ts';
import type { Tool, ToolDefinition } from '../tool.ts';
import { atCaller } from './at-caller.ts';
import { isObject } from './check-fields.ts';
import { toolDefinition } from './check-tool.ts';
import { showValue } from './show-value.ts';

/**
 * Defines a tool: a function that an agent or a workflow may call, with what it does to the world.
 *
 * @example
 * const findOrder = tool({
 *   description: 'Finds an order by its number.',
 *   inputSchema: z.object({ order: z.string().regex(/^ORD-\d{4}$/) }),
 *   effect: 'read',
 *   network: ['api.example.com'],
 *   execute: async ({ order }, { fetch }) => (await fetch(`https://api.example.com/orders/${order}`)).json(),
 * });
 * @throws BulkheadError `invalid_definition`: names the field, what is wrong, and the mend
 */
export function tool<InputSchema extends Schema, Output>(
  definition: ToolDefinition<InputSchema, Output>,
): Tool<InputSchema, Output> {
  atCaller(tool, () => toolDefinition(definition, { subject: subjectOf(definition), path: '' }));
  return Object.freeze({ ...definition, kind: 'tool' });
}

/** A tool has no name of its own: its description tells which one is meant. */
function subjectOf(definition: unknown): string {
  const description = isObject(definition) ? definition.description : undefined;
  return typeof description === 'string' && description !== '' ? `tool ${showValue(description)}` : 'tool';
}
