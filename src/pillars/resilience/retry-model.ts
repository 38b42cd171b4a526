import { systemClock } from '../../contract/clock.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import type { Step } from '../../contract/step.ts';
import { isFailure, type Patience, runAttempts } from './run-attempts.ts';

/**
 * Asks a model up to three times, when its error says that a later try may succeed. The deadline above
 * holds for all attempts together; the budget below records each of them.
 */
export function retryModel({
  clock = systemClock,
  random = Math.random,
}: Partial<Patience> = {}): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'retry',
    handle(call, next) {
      return runAttempts(
        { ...attemptsOf(call.step), signal: call.signal, run: (attempt) => next({ ...call, attempt }) },
        { clock, random },
      );
    },
  };
}

function attemptsOf(step: Step): { first: number; failed: number } {
  let last = 0;
  let failed = 0;
  for (const { meta } of step.entries) {
    if (meta.kind === 'model.started') last = Math.max(last, meta.attempt);
    if (meta.kind === 'model.attempted' && isFailure(meta.code)) failed += 1;
  }
  return { first: last + 1, failed };
}
