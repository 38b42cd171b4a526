import { BulkheadError } from '../../../contract/errors.ts';
import type { ToolCall } from '../../../contract/gateway-call.ts';

/**
 * A call that goes on when its step has been answered already, and when its run has ended: nothing waits for it, and
 * what it records counts for the run while that lives. Only for tools that read: nothing is written ahead for them.
 */
export function behind(call: ToolCall): ToolCall {
  const { step, tool } = call;
  return {
    ...call,
    signal: AbortSignal.timeout(tool.timeout),
    step: {
      key: step.key,
      get entries() {
        return step.entries;
      },
      views: step.views,
      now: () => step.now(),
      record: (entry) => step.record(entry),
      // A journal that was closed never says that it is durable.
      durable: async () => {},
      changed: () => step.changed(),
      keyedHash: (value) => step.keyedHash(value),
      suspend: () =>
        Promise.reject(
          new BulkheadError({
            code: 'refresh_may_not_wait',
            message: 'A result that is fetched anew behind a call waits for nobody.',
          }),
        ),
    },
  };
}
