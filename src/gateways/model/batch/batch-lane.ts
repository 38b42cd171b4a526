import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { isUnanswered } from './batch-failures.ts';
import { batchesOfStep } from './standing-batch.ts';

/**
 * Decides which calls are asked in a batch of their provider: those of runs in the lane `batch`, unless their
 * definition says otherwise, and where the provider takes batches. What the batch does not answer is asked as any
 * other call is, at the full price.
 *
 * It stands above the budgets, so that what they set aside is the batch's price.
 *
 * @param parts.takesBatches of a model, `'provider/model'`
 */
export function batchLane({
  takesBatches,
}: {
  takesBatches: (model: string) => boolean;
}): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'batch',
    async handle(call, next) {
      const { standing, used } = batchesOfStep(call.step.entries);
      if (standing === undefined && (used || !belongsInBatch(call) || !takesBatches(call.model)))
        return next(call);
      const { attempt, model } = standing ?? call;
      try {
        return await next({ ...call, attempt, model, service: 'batch' });
      } catch (error) {
        if (!isUnanswered(error) || call.signal.aborted) throw error;
        return next({ ...call, attempt: attempt + 1 });
      }
    },
  };
}

function belongsInBatch({ run, definition, service, atOnce }: ModelCall): boolean {
  return run.lane === 'batch' && definition.batch !== false && service === undefined && !atOnce;
}
