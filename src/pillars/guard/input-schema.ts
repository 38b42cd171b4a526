import { BulkheadError } from '../../contract/errors.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Json } from '../../contract/json.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { Step } from '../../contract/step.ts';

/**
 * Parses the input once, with the author's schema. What was parsed is journaled with the review or the start
 * of the call, and is what a later entry works with: a schema that fills in the date does not get to do
 * it twice.
 */
export function inputSchema(): Middleware<ToolCall, ToolResult> {
  return {
    name: 'input-schema',
    async handle(call, next) {
      const journaled = parsedInput(call.step);
      if (journaled !== undefined) return next({ ...call, input: journaled });
      const parsed = await call.code.parse(call.input);
      if (!parsed.ok) {
        throw new BulkheadError({
          code: 'invalid_tool_input',
          message: `The input of the tool "${call.tool.name}" does not fit its schema: ${parsed.issues.replace(/\.$/, '')}. Correct these fields and call it again.`,
          status: 422,
          denied: true,
        });
      }
      return next({ ...call, input: parsed.value });
    },
  };
}

function parsedInput({ entries }: Step): Json | undefined {
  return entries.findLast(
    ({ meta, body }) =>
      (meta.kind === 'tool.started' || meta.kind === 'review.requested') && body?.input !== undefined,
  )?.body?.input;
}
