import type { Tool, ToolContext, ToolSet } from '../tool.ts';
import { isObject, objectWith, optional } from './check-fields.ts';
import { schema } from './check-schema.ts';
import { toolDefinition } from './check-tool.ts';
import { functionValue, name, oneOf, text } from './check-values.ts';
import { type Check, fieldOf, type Place, refuse } from './place.ts';
import { showValue } from './show-value.ts';

const anything: Check = () => {};

/**
 * What a tool of the AI SDK may have here. Fields that only guide a model are allowed and left behind;
 * those that change what happens (`needsApproval`, `toModelOutput` …) are unknown, so that none is dropped in silence.
 */
const bareTool = objectWith({
  description: optional(text),
  inputSchema: schema,
  outputSchema: optional(schema),
  execute: functionValue,
  type: optional(oneOf(['function', 'dynamic'])),
  title: anything,
  metadata: anything,
  providerOptions: anything,
  inputExamples: anything,
  strict: anything,
  deferLoading: anything,
});

/**
 * Checks the tools of an agent or a workflow. Tools of the AI SDK become tools with `effect: 'write'`.
 *
 * @returns every tool by its name, in an object without a prototype: a model may ask for any name.
 * @throws BulkheadError `invalid_definition`
 */
export function adoptTools(tools: unknown, place: Place): ToolSet {
  if (!isObject(tools)) refuse(place, `is ${showValue(tools)}`, 'write an object: { toolName: tool({ … }) }');
  const adopted: Record<string, Tool> = Object.create(null);
  for (const [toolName, value] of Object.entries(tools)) {
    name(toolName, { subject: place.subject, path: `the name of ${place.path}.${toolName}` });
    adopted[toolName] = adoptTool(toolName, value, fieldOf(place, toolName));
  }
  return Object.freeze(adopted);
}

function adoptTool(toolName: string, value: unknown, place: Place): Tool {
  if (!isObject(value)) refuse(place, `is ${showValue(value)}`, 'write tool({ … })');
  if (isDeclared(value)) {
    toolDefinition(value, place);
    return value as Tool;
  }
  if ('effect' in value) refuse(place, 'has an effect and is no tool yet', 'put tool( … ) around it');
  const resolved = {
    ...value,
    description: told(value.description),
    inputSchema: unfold(value.inputSchema),
    outputSchema: unfold(value.outputSchema),
  };
  bareTool(resolved, place);
  return adoptBare(toolName, resolved as CheckedBareTool);
}

function isDeclared(value: Record<string, unknown>): boolean {
  return value.kind === 'tool';
}

type CheckedBareTool = Pick<Tool, 'inputSchema' | 'outputSchema'> & {
  description?: string;
  execute: (input: unknown, options: unknown) => unknown;
};

function adoptBare(toolName: string, bare: CheckedBareTool): Tool {
  return Object.freeze({
    kind: 'tool',
    description: bare.description ?? toolName,
    inputSchema: bare.inputSchema,
    ...(bare.outputSchema === undefined ? {} : { outputSchema: bare.outputSchema }),
    effect: 'write',
    // The AI SDK hands over the conversation too; here a tool knows its input only.
    execute: async (input: unknown, context: ToolContext) =>
      lastOf(await bare.execute(input, { ...context, messages: [] })),
  });
}

/** The AI SDK also takes a function of the call's context; here there is one description, told once. */
function told(description: unknown): unknown {
  return typeof description === 'function' ? description({ context: {} }) : description;
}

/** The AI SDK also takes a function that makes the schema when it is first needed. */
function unfold(lazy: unknown): unknown {
  return typeof lazy === 'function' && !('~standard' in lazy) ? lazy() : lazy;
}

/** A tool of the AI SDK may answer with a stream of ever better results; the last one counts. */
async function lastOf(output: unknown): Promise<unknown> {
  if (!isStream(output)) return output;
  let last: unknown;
  for await (const partial of output) last = partial;
  return last;
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return isObject(output) && Symbol.asyncIterator in output;
}
