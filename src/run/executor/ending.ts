import { BulkheadError, type SerializedError } from '../../contract/errors.ts';

/** How an ownership of a run ended: its row was settled, another owner has it, or this worker stopped. */
export type ExecutionEnd = 'settled' | 'lost' | 'stopped';

/** How long calls under way may take to end after a cancel, ms. */
export const CANCEL_GRACE = 10_000;

/** Made once: an error that is made for every run that ends costs a stack each time. */
export const RELEASED = new BulkheadError({
  code: 'run_released',
  message: 'This worker has let the run go.',
});

export const CANCELLED = new BulkheadError({
  code: 'run_cancelled',
  message: 'The run was cancelled.',
  endsRun: true,
  outcomeUnknown: true,
});

/** A key names one step; code that says it twice has gone past its context. */
export function stepRepeated(key: string): SerializedError {
  return {
    code: 'step_repeated',
    message: `The code asked for step ${key} twice, so the run is not followed any further. Steps are asked for through the context only.`,
  };
}
