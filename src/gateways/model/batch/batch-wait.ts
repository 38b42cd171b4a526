import { randomUUID } from 'node:crypto';
import { deserializeError } from '../../../contract/errors.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { givenUp, isUnanswered, notAnswered } from './batch-failures.ts';
import type { BatchOutcome, BatchRequests, PackScope } from './batch-requests.ts';
import { batchesOfStep, type StandingBatch } from './standing-batch.ts';

/** Providers answer a batch within a day or let it expire, which is heard of within the hour, ms. */
const LONGEST_WAIT = 25 * 3_600_000;
/** Until the database is asked again that did not answer, ms. */
const SOON = 10_000;

export type BatchWaitParts = {
  requests: BatchRequests;
  /** Whether a call may share one with others, and with which. */
  packOf: (call: ModelCall) => Promise<PackScope | undefined>;
};

/**
 * Puts a call into a batch of its provider, and lets the run wait without memory until the answer is there. It stands
 * below the budgets, whose reservation the run keeps meanwhile, and above all that holds a place while it waits.
 *
 * @throws BulkheadError `batch_not_answered` or `batch_given_up`: it is to be asked by itself; else the provider's
 */
export function batchWait({ requests, packOf }: BatchWaitParts): Middleware<ModelCall, ModelResponse> {
  const file = async (call: ModelCall, { request: id }: StandingBatch) => {
    const { run, step, model, request } = call;
    const pack = await packOf(call);
    await requests.file({
      id,
      run: run.id,
      tenant: run.tenant,
      key: step.key,
      model,
      request,
      ...(pack === undefined ? {} : { pack }),
    });
  };

  const look = async (call: ModelCall, standing: StandingBatch): Promise<BatchOutcome | undefined> => {
    const found = await requests.read(call.run, standing.request);
    if (found?.state === 'answered') return found.outcome;
    if (call.step.now() >= standing.wakeAt || found?.state === 'withdrawn') {
      const handedOver = await requests.withdraw(standing.request);
      // It may have come at this moment.
      const late = await requests.read(call.run, standing.request);
      if (late?.state === 'answered') return late.outcome;
      throw handedOver ? givenUp(call.model) : notAnswered(call.model);
    }
    if (found === undefined) await file(call, standing);
    return undefined;
  };

  return {
    name: 'batch',
    async handle(call, next) {
      if (call.service !== 'batch') return next(call);
      const { step, model } = call;
      const standing = batchesOfStep(step.entries).standing ?? (await begin(call));
      let { wakeAt } = standing;
      let outcome: BatchOutcome | undefined;
      try {
        outcome = await look(call, standing);
      } catch (error) {
        if (isUnanswered(error)) throw error;
        // Whether the request is there is not known: the run asks again, and not the provider.
        wakeAt = step.now() + SOON;
      }
      if (outcome === undefined) return step.suspend({ for: 'provider-batch', model }, wakeAt);
      if ('error' in outcome) throw deserializeError(outcome.error);
      show(call, outcome.response);
      return { ...outcome.response, service: 'batch' };
    },
  };
}

/** Whoever watches the run sees the text of the answer at once. */
function show({ onDelta, attempt, heldBack }: ModelCall, { content }: ModelResponse): void {
  if (heldBack) return;
  for (const part of content)
    if (part.type === 'text' && part.text !== '') onDelta({ text: part.text, attempt });
}

/** Written down before anything leaves: who comes after a crash files the same request, which is there once. */
async function begin({ step, attempt, model }: ModelCall): Promise<StandingBatch> {
  const standing: StandingBatch = {
    kind: 'model.batched',
    key: step.key,
    attempt,
    model,
    request: randomUUID(),
    wakeAt: step.now() + LONGEST_WAIT,
  };
  step.record({ meta: standing });
  await step.durable();
  return standing;
}
