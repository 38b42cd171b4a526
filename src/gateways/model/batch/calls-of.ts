import { serializeError } from '../../../contract/errors.ts';
import type { BatchCall, ModelBatches } from '../provider/index.ts';
import { toCallOptions } from '../to-call-options.ts';
import { notAnswered } from './batch-failures.ts';
import type { BatchedRequest, BatchWork, HeldBatch } from './batch-work.ts';
import { packRequests } from './pack-requests.ts';

/** Requests that share a call. */
export type SharedCall = readonly [BatchedRequest, ...BatchedRequest[]];

/** Our name of a batch, with which the names of its calls begin: letters and digits, as every provider takes them. */
export function customId({ id }: Pick<HeldBatch, 'id'>, number?: number): string {
  const own = `b${id.replaceAll('-', '')}`;
  return number === undefined ? own : `${own}-${number}`;
}

/** The calls of a batch, in the order of their numbers. */
export function sharedCalls(requests: readonly BatchedRequest[]): SharedCall[] {
  return [...Map.groupBy(requests, ({ number }) => number).values()] as unknown as SharedCall[];
}

/** What a call asks, as the provider's package takes it. */
export function optionsOf(shared: SharedCall) {
  return toCallOptions(isPacked(shared) ? packRequests(shared) : shared[0].request);
}

/** Others may have been called off since: who is left of a shared call still has a place in it. */
export function isPacked([first]: SharedCall): boolean {
  return first.place !== null;
}

/** The calls of a batch in the provider's words. What cannot be said in them is answered at once. */
export async function callsOf(
  batch: HeldBatch,
  requests: readonly BatchedRequest[],
  batches: Pick<ModelBatches, 'toCall'>,
  work: Pick<BatchWork, 'answer'>,
): Promise<BatchCall[]> {
  const calls: BatchCall[] = [];
  for (const shared of sharedCalls(requests)) {
    try {
      const id = customId(batch, shared[0].number);
      calls.push({ ...(await batches.toCall(optionsOf(shared))), id });
    } catch (error) {
      const failure = isPacked(shared) ? notAnswered(batch.model) : error;
      const outcome = { error: serializeError(failure) };
      await work.answer(shared.map((request) => ({ request, outcome })));
    }
  }
  return calls;
}
