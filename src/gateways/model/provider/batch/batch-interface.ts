import type { Json } from '../../../../contract/json.ts';

/** One call of a batch, in the provider's own words. */
export type BatchCall = {
  /** Unique in its batch: 1 to 64 letters, digits, `-` and `_`. */
  id: string;
  body: Json;
  /** Features that the call needs to be asked for by a header. */
  betas: readonly string[];
};

/** What the provider said to one call: as if it had been asked by itself. */
export type BatchResult = { id: string; status: number; body: string };

/** A batch as it is asked for. Calls without a result were not answered: they expired or were called off. */
export type BatchProgress = { ended: false } | { ended: true; results: BatchResult[] };

/** A batch that was handed over, perhaps. Times are milliseconds since the epoch. */
export type LostBatch = {
  /** As it was handed over with. */
  id: string;
  /** When somebody set out to hand it over. */
  since: number;
  /** So many. */
  calls: number;
  /** Batches of the provider that are known to be others. */
  others: ReadonlySet<string>;
};

/** The batch interface of one provider. Everything throws the BulkheadErrors of `toProviderError`. */
export type BatchInterface = {
  /** @param id ours, to find the batch again by @returns the provider's id */
  submit(id: string, calls: readonly BatchCall[]): Promise<string>;
  /**
   * Looks for a batch of which nobody knows whether it was handed over.
   *
   * @returns the provider's id; `none`: it is not there; `likely`: one that has not ended may be it, of as many calls
   * and of the same time, and will tell when it ends; `unclear`: there are too many to be looked through
   */
  find(lost: LostBatch): Promise<{ id: string } | 'none' | 'likely' | 'unclear'>;
  /** @param id the provider's */
  progress(id: string): Promise<BatchProgress>;
  /** Calls a batch off: what has not begun is not answered. @param id the provider's */
  cancel(id: string): Promise<void>;
};
