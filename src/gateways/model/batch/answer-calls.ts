import { billed } from '../../../contract/billed.ts';
import { type BulkheadError, serializeError } from '../../../contract/errors.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { chargedNothing } from '../../../pillars/budget/index.ts';
import type { BatchResult, ModelBatches } from '../provider/index.ts';
import { toModelResponse } from '../provider-call.ts';
import { givenUp, notAnswered } from './batch-failures.ts';
import type { BatchOutcome } from './batch-requests.ts';
import type { BatchedRequest, BatchWork, HeldBatch } from './batch-work.ts';
import { customId, isPacked, optionsOf, type SharedCall, sharedCalls } from './calls-of.ts';
import { unpackResponse } from './pack-requests.ts';

/** Gives each request of a batch that has ended what the provider said to it. */
export async function answerCalls(
  batch: HeldBatch,
  requests: readonly BatchedRequest[],
  results: readonly BatchResult[],
  { batches, work }: { batches: Pick<ModelBatches, 'toResponse'>; work: Pick<BatchWork, 'answer'> },
): Promise<void> {
  const byId = new Map(results.map((result) => [result.id, result]));
  for (const shared of sharedCalls(requests)) {
    const result = byId.get(customId(batch, shared[0].number));
    const outcomes = await outcomesOf(shared, batch.model, async () => {
      // It expired, or was called off: neither is billed.
      if (result === undefined) throw notAnswered(batch.model);
      return toModelResponse(await batches.toResponse(optionsOf(shared), result));
    });
    await work.answer(
      shared.flatMap((request, index) => {
        const outcome = outcomes[index];
        return outcome === undefined ? [] : [{ request, outcome }];
      }),
    );
  }
}

async function outcomesOf(
  shared: SharedCall,
  model: string,
  read: () => Promise<ModelResponse>,
): Promise<BatchOutcome[]> {
  const failed = (error: unknown): BatchOutcome => ({ error: serializeError(error) });
  try {
    const response = await read();
    if (!isPacked(shared)) return [{ response }];
    return unpackResponse(shared, response).map(({ response: own, usage }) =>
      own === undefined ? failed(billed(givenUp(model), usage)) : { response: own },
    );
  } catch (error) {
    // What is wrong with a call that is shared need not be wrong with each question in it.
    const alone = (): BulkheadError => (chargedNothing(error) ? notAnswered(model) : givenUp(model));
    return shared.map(() => failed(isPacked(shared) ? alone() : error));
  }
}
