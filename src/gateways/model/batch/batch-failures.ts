import { BulkheadError } from '../../../contract/errors.ts';

const NOT_ANSWERED = 'batch_not_answered';
const GIVEN_UP = 'batch_given_up';

/** The request was not answered in a batch, and costs nothing: it was not handed over, or expired, or was called off. */
export function notAnswered(model: string): BulkheadError {
  return new BulkheadError({
    code: NOT_ANSWERED,
    message: `The request to ${model} was not answered in a batch. It is asked by itself.`,
    status: 503,
    retryable: true,
  });
}

/** Nobody knows whether the request was answered, or its answer is of no use: it may have cost something. */
export function givenUp(model: string): BulkheadError {
  return new BulkheadError({
    code: GIVEN_UP,
    message: `No answer of ${model} to this request came out of its batch. It is asked by itself.`,
    status: 503,
    retryable: true,
  });
}

const LOST = 'batch_lost';

/** Somebody else goes on with a batch: its lease had passed. */
export function batchLost(batch: string): BulkheadError {
  return new BulkheadError({
    code: LOST,
    message: `Another sender goes on with the batch ${batch}.`,
    retryable: true,
  });
}

export function isLost(error: unknown): boolean {
  return BulkheadError.isInstance(error) && error.code === LOST;
}

/** Whether a call is to be asked in the ordinary way because its batch brought nothing. */
export function isUnanswered(error: unknown): boolean {
  return BulkheadError.isInstance(error) && (error.code === NOT_ANSWERED || error.code === GIVEN_UP);
}
