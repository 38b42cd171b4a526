import { type Clock, systemClock } from '../../../contract/clock.ts';
import type { ToolCall, ToolResult } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { Step } from '../../../contract/step.ts';
import { mayPass } from '../../../foundation/store/index.ts';
import type { CacheStore } from '../store/cache-store.ts';

/** Milliseconds between tries while the database does not answer. */
const PAUSE = 250;

/**
 * Clears the cached results that a tool declares to make untrue (`invalidates`), before its own result is told: who
 * reads after that reads what is true. A call that started and failed may have had its effect all the same, and so may
 * one that broke off before its step was entered again; one that never started had none.
 */
export function invalidation({
  store,
  clock = systemClock,
}: {
  store: Pick<CacheStore, 'clear'>;
  clock?: Clock;
}): Middleware<ToolCall, ToolResult> {
  const clear = async (tenant: string, tags: readonly string[]): Promise<void> => {
    const targets = tags.map((tag) => `tag:${tag}`);
    for (;;) {
      try {
        await store.clear(tenant, targets);
        return;
      } catch (error) {
        // Nobody is told of the result before this is done, and it could not be recorded without the database
        // either. It is done for others, so it does not end with the run.
        if (!mayPass(error)) throw error;
        await clock.sleep(PAUSE);
      }
    }
  };

  return {
    name: 'cache-invalidation',
    async handle(call, next) {
      const { tool, run, step } = call;
      const tags = tool.invalidates;
      if (tags === undefined) return next(call);
      if (hasStarted(step)) await clear(run.tenant, tags);
      try {
        const result = await next(call);
        await clear(run.tenant, tags);
        return result;
      } catch (error) {
        if (hasStarted(step)) await clear(run.tenant, tags);
        throw error;
      }
    },
  };
}

function hasStarted(step: Step): boolean {
  return step.entries.some(({ meta }) => meta.kind === 'tool.started');
}
