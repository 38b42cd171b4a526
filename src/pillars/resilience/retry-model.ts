import { systemClock } from '../../contract/clock.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { attemptsOfRound } from './attempts-of-round.ts';
import { CIRCUIT_OPEN } from './provider-failure.ts';
import { type Patience, runAttempts } from './run-attempts.ts';

/**
 * Asks a model up to three times, when its error says that a later try may succeed. The deadline above holds for
 * all attempts of all models together; the budget below records each of them. Failures of other models do not
 * count, but the numbers of attempts go on.
 */
export function retryModel({
  clock = systemClock,
  random = Math.random,
}: Partial<Patience> = {}): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'retry',
    handle(call, next) {
      const { last, failures } = attemptsOfRound(call.step.entries);
      return runAttempts(
        {
          first: last + 1,
          failed: failures.get(call.model)?.length ?? 0,
          signal: call.signal,
          ...(call.deadline === undefined ? {} : { deadline: call.deadline }),
          run: (attempt) => next({ ...call, attempt }),
          // What is held back until the provider has recovered is not mended by asking in between.
          mayRepeat: ({ code }) => code !== CIRCUIT_OPEN,
        },
        { clock, random },
      );
    },
  };
}
