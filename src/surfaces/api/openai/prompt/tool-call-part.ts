import { invalidRequest } from '../../problems/invalid-request.ts';
import { DEEPEST, nestsWithin } from '../../schemas/nesting.ts';
import type { ToolCallPart } from './prompt-parts.ts';

/**
 * A tool call that a client hands back. Its arguments are a text; providers take objects only, so that arguments
 * which a model made wrong are shown back to it as the agent loop shows them.
 *
 * @param field where the arguments stand
 * @throws BulkheadError `invalid_request` for arguments that nest too deep
 */
export function toolCallPart(
  { id, name, args }: { id: string; name: string; args: string },
  field: string,
): ToolCallPart {
  const input = parsed(args);
  if (!nestsWithin(input, DEEPEST)) {
    throw invalidRequest([{ field, message: `nests deeper than ${DEEPEST} levels` }]);
  }
  return { type: 'tool-call', toolCallId: id, toolName: name, input };
}

function parsed(args: string): unknown {
  // Clients hand back nothing at all for a tool without parameters.
  if (args.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(args);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Shown back below, as any other value that is no object.
  }
  return { invalidArguments: args };
}
