import { systemClock } from '../../contract/clock.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { Step } from '../../contract/step.ts';
import { isFailure, type Patience, runAttempts } from './run-attempts.ts';

/**
 * Tries a read or an idempotent tool up to three times, when its error says that a later try may succeed.
 * Any other tool is tried once. Attempts are numbered on from those of the journal.
 */
export function retryTool({
  clock = systemClock,
  random = Math.random,
}: Partial<Patience> = {}): Middleware<ToolCall, ToolResult> {
  return {
    name: 'retry',
    async handle(call, next) {
      const { tool, step } = call;
      const { first, failed } = attemptsOf(step);
      if (tool.effect !== 'read' && !tool.idempotent) return next({ ...call, attempt: first });
      return runAttempts(
        {
          first,
          failed,
          signal: call.signal,
          ...(call.deadline === undefined ? {} : { deadline: call.deadline }),
          run: (attempt) => next({ ...call, attempt }),
          onFailed: (attempt, code) =>
            step.record({ meta: { kind: 'tool.attempted', key: step.key, tool: tool.name, attempt, code } }),
        },
        { clock, random },
      );
    },
  };
}

function attemptsOf(step: Step): { first: number; failed: number } {
  let last = 0;
  let failed = 0;
  for (const { meta } of step.entries) {
    if (meta.kind === 'tool.started') last = Math.max(last, meta.attempt);
    if (meta.kind === 'tool.attempted' && isFailure(meta.code)) failed += 1;
  }
  return { first: last + 1, failed };
}
