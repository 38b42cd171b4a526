import type { Json } from '../../contract/json.ts';
import type { Schema } from '../../contract/schema.ts';
import { parseNow } from '../bundle/parse.ts';
import type { StepRequest } from '../protocol.ts';
import type { HostExecution } from './execution.ts';

type ToolRequest = Omit<Extract<StepRequest, { operation: 'tool' }>, 'operation'>;

/** Characters of JSON. Two of the largest inputs would not fit into one message, and to ask again costs little there. */
const LARGEST_BESIDE = 256 * 1024;

/**
 * Asks the worker for a call of a tool. What the tool's schema makes of the input travels with it, where the
 * schema answers at once and both are small: so the worker need not ask for that.
 */
export function callTool(
  execution: HostExecution,
  key: string,
  request: ToolRequest,
  tool: { inputSchema: unknown } | undefined,
): Promise<Json> {
  return execution.call(key, { operation: 'tool', ...request }, () => {
    if (tool === undefined || isLarge(request.input)) return undefined;
    const parsed = parseNow(tool.inputSchema as Schema, request.input);
    return isLarge(parsed) ? undefined : parsed;
  });
}

function isLarge(value: unknown): boolean {
  return (JSON.stringify(value)?.length ?? 0) > LARGEST_BESIDE;
}
