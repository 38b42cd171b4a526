import type { SerializedError } from '../../../contract/errors.ts';
import type { ModelRequest, ModelResponse } from '../../../contract/model.ts';

/** What became of a request in a batch. */
export type BatchOutcome = { response: ModelResponse } | { error: SerializedError };

/** Which requests may share a call: those of one scope, so many at most. */
export type PackScope = { scope: string; size: number };

/** An attempt of a step that is to go into a batch. */
export type NewBatchRequest = {
  id: string;
  run: string;
  tenant: string;
  /** The step's. */
  key: string;
  /** `'provider/model'` */
  model: string;
  request: ModelRequest;
  pack?: PackScope;
};

/** How a request stands. Withdrawn ones are not answered any more. */
export type BatchStanding =
  | { state: 'waiting' | 'submitted' | 'withdrawn' }
  | { state: 'answered'; outcome: BatchOutcome };

/** Where the steps of runs put their requests and find the answers. */
export type BatchRequests = {
  /** A request that is there already stays as it is. */
  file(request: NewBatchRequest): Promise<void>;
  /** @returns undefined: it is not there */
  read(run: { id: string; tenant: string }, id: string): Promise<BatchStanding | undefined>;
  /** Calls a request off that was not answered. @returns whether it had been handed to the provider, perhaps */
  withdraw(id: string): Promise<boolean>;
};
