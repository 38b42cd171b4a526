import { BulkheadError } from '../../../contract/errors.ts';
import { databaseUnreachable, isUnanswered } from '../../../foundation/store/index.ts';

/** RFC 9457 problem details, with a stable code and whether to try again. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  /** What happened, and what to do next. */
  detail: string;
  /** Names this one request; the log has the same id. */
  instance: string;
  retryable: boolean;
  /** The fields that are wrong. */
  errors?: FieldError[];
};

export type FieldError = { field: string; message: string };

/** Anything that was thrown, as an error that may be shown. What nobody expected says nothing of itself. */
export function toShownError(error: unknown): BulkheadError {
  if (isUnanswered(error)) return toShownError(databaseUnreachable(error));
  if (BulkheadError.isInstance(error)) {
    return error.code === 'database_unreachable' || error.code === 'database_role_missing'
      ? databaseAway(error)
      : error;
  }
  return new BulkheadError({
    code: 'internal',
    message:
      'Something went wrong inside the server, and nothing is known to have changed. Send the request again; if it fails again, tell the operator the request id.',
    status: 500,
    retryable: true,
    cause: error,
  });
}

/** Where the database stands and as whom it is asked is for the log, not for whoever sends a request. */
function databaseAway(cause: BulkheadError): BulkheadError {
  return new BulkheadError({
    code: cause.code,
    message:
      'The database cannot be reached at the moment. Send the request again; the log of the server says why.',
    status: 503,
    retryable: true,
    cause,
  });
}

/**
 * @example
 * toProblem(error, requestId); // { type: 'urn:bulkhead:problem:unknown_run', title: 'Unknown run', status: 404, … }
 */
export function toProblem(error: BulkheadError, requestId: string): Problem {
  const fields = error.details?.errors;
  return {
    type: `urn:bulkhead:problem:${error.code}`,
    title: titleOf(error.code),
    status: error.status,
    code: error.code,
    detail: error.message,
    instance: `urn:bulkhead:request:${requestId}`,
    retryable: error.retryable,
    ...(Array.isArray(fields) ? { errors: fields as FieldError[] } : {}),
  };
}

function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
