import { BulkheadError } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/json.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { checkAgainst } from '../../../run/bundle/json-schema-check.ts';

/**
 * The input that a run of this definition starts with.
 *
 * @throws BulkheadError `invalid_input`
 */
export function checkInput(definition: DefinitionManifest, input: unknown): Json {
  if (definition.inputSchema === undefined) {
    if (typeof input === 'string' && input.trim() !== '') return input;
    throw invalidInput(definition, "it must be the user's message, a string that is not empty");
  }
  const result = checkAgainst(definition.inputSchema, input as Json);
  if (result.ok) return result.value;
  throw invalidInput(definition, result.issues);
}

function invalidInput({ kind, name }: DefinitionManifest, issues: string): BulkheadError {
  return new BulkheadError({
    code: 'invalid_input',
    message: `The input does not fit the ${kind} "${name}": ${issues.replace(/\.$/, '')}. Correct "input"; GET /v1/agents shows what it takes.`,
    status: 422,
    details: { errors: [{ field: 'input', message: issues }] },
  });
}
