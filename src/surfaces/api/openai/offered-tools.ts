import type { ModelRequest, OfferedTool } from '../../../contract/model.ts';
import type { JsonSchema } from '../../../contract/schema.ts';
import { invalidRequest } from '../problems/invalid-request.ts';

/** A function as a client offers it, whichever of OpenAI's two forms it came in. */
export type GivenTool = {
  name: string;
  description?: string | null | undefined;
  parameters?: Record<string, unknown> | null | undefined;
  strict?: boolean | null | undefined;
};

/** Which of them the model is to call; `allowed` narrows them first. */
export type GivenChoice =
  | 'auto'
  | 'none'
  | 'required'
  | { name: string }
  | { allowed: readonly string[]; mode: 'auto' | 'required' };

type Offer = Pick<ModelRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'>;

const NO_PARAMETERS: JsonSchema = { type: 'object', properties: {} };

/**
 * @example
 * offeredTools([{ name: 'lookup' }], 'required', false).toolChoice; // { type: 'required' }
 * @throws BulkheadError `invalid_request` for a name that stands twice, and for a choice of what is not offered
 */
export function offeredTools(
  given: readonly GivenTool[],
  choice: GivenChoice | undefined,
  parallel: boolean | null | undefined,
): Offer {
  const names = new Set(given.map(({ name }) => name));
  if (names.size < given.length) {
    throw invalidRequest([{ field: 'tools', message: 'has two functions of one name' }]);
  }
  if (choice !== undefined) checkChoice(choice, names);
  if (given.length === 0) return {};
  const allowed = typeof choice === 'object' && 'allowed' in choice ? new Set(choice.allowed) : names;
  return {
    tools: given.filter(({ name }) => allowed.has(name)).map(offered),
    ...(choice === undefined ? {} : { toolChoice: toolChoice(choice) }),
    ...(parallel === false ? { parallelToolCalls: false } : {}),
  };
}

function checkChoice(choice: GivenChoice, names: ReadonlySet<string>): void {
  if (choice === 'auto' || choice === 'none') return;
  const refuse = (message: string): never => {
    throw invalidRequest([{ field: 'tool_choice', message }]);
  };
  if (names.size === 0) refuse('asks for a tool, and no tools are offered');
  if (choice === 'required') return;
  const wanted = 'name' in choice ? [choice.name] : choice.allowed;
  const unknown = wanted.find((name) => !names.has(name));
  if (unknown !== undefined) refuse(`names "${unknown}", which is not among the tools`);
  if (wanted.length === 0) refuse('allows no tool; say "none"');
}

function toolChoice(choice: GivenChoice): NonNullable<Offer['toolChoice']> {
  if (typeof choice === 'string') return { type: choice };
  return 'name' in choice ? { type: 'tool', toolName: choice.name } : { type: choice.mode };
}

function offered({ name, description, parameters, strict }: GivenTool): OfferedTool {
  return {
    name,
    description: description ?? '',
    inputSchema: (parameters as JsonSchema | null | undefined) ?? NO_PARAMETERS,
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}
