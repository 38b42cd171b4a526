import type { Agent } from '../../contract/agent.ts';
import { checkAgent, checkWorkflow } from '../../contract/define/index.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Workflow } from '../../contract/workflow.ts';

/**
 * The agents and workflows that a module exports, by themselves or in a list, ordered by name. Each is
 * checked again: an object may say that it is an agent without ever having been through `agent()`.
 *
 * @throws BulkheadError `no_definitions`, `duplicate_definition`, `invalid_definition`
 */
export function definitionsOf(module: object): (Agent | Workflow)[] {
  const found = new Map<string, { value: object; as: string; definition: Agent | Workflow }>();
  for (const [as, value] of exportsOf(module)) {
    const definition = definitionIn(value);
    if (definition === undefined) continue;
    const other = found.get(definition.name);
    if (other !== undefined && other.value !== value) throw duplicate(definition.name, other.as, as);
    found.set(definition.name, { value: value as object, as, definition });
  }
  if (found.size === 0) throw noDefinitions(Object.keys(module));
  return [...found.values()]
    .map(({ definition }) => definition)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function* exportsOf(module: object): Iterable<[string, unknown]> {
  for (const [name, value] of Object.entries(module)) {
    if (!Array.isArray(value)) yield [name, value];
    else for (const [index, item] of value.entries()) yield [`${name}[${index}]`, item];
  }
}

function definitionIn(value: unknown): Agent | Workflow | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  if (value.kind === 'agent') return checkAgent(value);
  return value.kind === 'workflow' ? checkWorkflow(value) : undefined;
}

function duplicate(name: string, first: string, second: string): BulkheadError {
  return new BulkheadError({
    code: 'duplicate_definition',
    message: `The exports ${first} and ${second} are both named "${name}". Give one of them another name.`,
    details: { name },
  });
}

function noDefinitions(exported: string[]): BulkheadError {
  const names = exported.length === 0 ? 'nothing' : `only ${exported.slice(0, 10).join(', ')}`;
  return new BulkheadError({
    code: 'no_definitions',
    message: `The project exports no agent and no workflow, ${names}. Export what agent() or workflow() returned from its entry file.`,
  });
}
