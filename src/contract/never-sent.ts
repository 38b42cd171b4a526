import { BulkheadError, serializeError } from './errors.ts';

/**
 * Why a call was given up before anything of it had left the process, marked as such: who charges for attempts
 * charges nothing for it.
 *
 * @param reason what the call's signal fired with
 * @example
 * const error = neverSent(new Error('The run was cancelled.'));
 * wasNeverSent(error); // true
 */
export function neverSent(reason: unknown): BulkheadError {
  const { details, ...error } = serializeError(reason);
  const status = BulkheadError.isInstance(reason) ? { status: reason.status } : {};
  return new BulkheadError({
    ...error,
    ...status,
    details: { ...details, sent: false },
    cause: reason,
  });
}

/** True of an error of {@link neverSent}. @example wasNeverSent(new Error('cut')); // false */
export function wasNeverSent(error: unknown): boolean {
  return BulkheadError.isInstance(error) && error.details?.sent === false;
}
