import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { attemptsOfRound } from './attempts-of-round.ts';
import { outagePause } from './outage-pause.ts';
import { isDown } from './provider-failure.ts';

const LOCAL = 'local';

/**
 * Decides what becomes of a call when none of its models can answer at the moment, as its definition says
 * (`onOutage`): the run waits without memory and asks again (`wait`), the local model answers (`local`), the agent
 * hands over to a person (`escalate`), or the call fails.
 *
 * It stands outside of all that asks models, so that a run that waits holds nothing: no reservation, no place in a
 * line, no time of its budget. What a later try cannot mend passes through.
 *
 * @param parts.random in [0, 1)
 */
export function outage({
  random = Math.random,
}: {
  random?: () => number;
} = {}): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'outage',
    async handle(call, next) {
      const { step } = call;
      const waiting = step.entries.findLast(({ meta }) => meta.kind === 'model.postponed')?.meta;
      // Another step, or a message, may have brought it here before its time.
      if (waiting?.kind === 'model.postponed' && step.now() < waiting.wakeAt) {
        return step.suspend({ for: 'provider', model: waiting.model }, waiting.wakeAt);
      }
      try {
        return await next(call);
      } catch (error) {
        if (!isDown(error) || call.signal.aborted) throw error;
        switch (call.definition.onOutage ?? 'wait') {
          case 'wait':
            return postpone(call, error, random);
          case 'local':
            // It may not be sure, and says so: the agent loop hands over to a person then.
            return next({ ...call, model: LOCAL, candidates: [{ model: LOCAL }] });
          case 'escalate':
            throw asOutage(error);
          case 'fail':
            throw error;
        }
      }
    },
  };
}

function postpone({ step, model }: ModelCall, error: BulkheadError, random: () => number): Promise<never> {
  const { waits } = attemptsOfRound(step.entries);
  const awaited = typeof error.details?.model === 'string' ? error.details.model : model;
  const wakeAt = step.now() + outagePause(waits, error.retryAfter, random);
  step.record({
    meta: { kind: 'model.postponed', key: step.key, model: awaited, code: error.code, wakeAt },
  });
  return step.suspend({ for: 'provider', model: awaited }, wakeAt);
}

/** Marks an error so that the agent loop, which learns of it through the journal, asks a person. */
function asOutage(error: BulkheadError): BulkheadError {
  return new BulkheadError({
    code: error.code,
    message: error.message,
    status: error.status,
    retryable: true,
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    details: { ...error.details, outage: true },
  });
}
