import { BulkheadError } from '../../../contract/errors.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { Circuits, Pass } from './circuits.ts';
import { scopesOf, verdictOf } from './verdict.ts';

/**
 * Holds back calls to a provider, or to a model of one, that is down: at least 5 calls within 30 s, half of them
 * failed. Then one call at a time, of all workers together, finds out whether it answers again, after 5 s, and after
 * longer each time that it does not, up to a minute. Rate limits, the callers' own errors and cancels count neither way.
 *
 * @throws BulkheadError `provider_circuit_open`, at once
 */
export function breaker(circuits: Pick<Circuits, 'admit' | 'settle'>): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'breaker',
    async handle(call, next) {
      const passes: Pass[] = [];
      const settle = (error: unknown) => {
        const code = BulkheadError.isInstance(error) ? error.code : '';
        for (const pass of passes) circuits.settle(pass, verdictOf(pass.scope.of, error), code);
      };
      try {
        for (const scope of scopesOf(call.model)) {
          const admitted = circuits.admit(scope);
          passes.push(admitted instanceof Promise ? await admitted : admitted);
        }
        const response = await next(call);
        settle(undefined);
        return response;
      } catch (error) {
        // A call that the second circuit holds back says nothing about the first.
        settle(error);
        throw error;
      }
    },
  };
}
