import { BulkheadError } from '../../../contract/errors.ts';
import type { ToolCall, ToolResult } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { SampleStore } from '../store/index.ts';
import { callers } from './callers.ts';

/** With what a call fails that should not have been made like this; what else goes wrong says nothing of the model. */
const SPEAKS_AGAINST: ReadonlySet<string> = new Set(['invalid_tool_input', 'tool_failed']);

/**
 * Lets a call that fails speak against the model that made it, where a route is learned: its answer will not do,
 * though it passed the checks at the time. What could be told of the call by itself (a tool that is not there,
 * arguments that do not fit) the cascade's checks have told by then.
 *
 * It stands above the input schema and retries, so that only how a call ends counts.
 *
 * @example
 * const middleware = toolSuccess({ samples });
 * await middleware.handle(call, execute); // throws what `execute` throws
 */
export function toolSuccess({
  samples,
}: {
  samples: Pick<SampleStore, 'refute'>;
}): Middleware<ToolCall, ToolResult> {
  return {
    name: 'tool-success',
    async handle(call, next) {
      try {
        return await next(call);
      } catch (error) {
        const key = speaksAgainst(error) ? callerOf(call) : undefined;
        if (key !== undefined) samples.refute({ run: call.run.id, key });
        throw error;
      }
    },
  };
}

function speaksAgainst(error: unknown): boolean {
  if (!BulkheadError.isInstance(error)) return false;
  return SPEAKS_AGAINST.has(error.code) && !error.retryable && !error.endsRun && !error.denied;
}

/** @returns undefined: the code called, or nothing is learned of the definition */
function callerOf({ definition, compensates, step, toolCallId }: ToolCall): string | undefined {
  if (definition.routing === undefined || compensates !== undefined) return undefined;
  return step.views.of(callers).get(toolCallId);
}
