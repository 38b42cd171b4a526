import { BulkheadError } from '../../contract/errors.ts';

/** A price that is not known, where a limit in dollars depends on it: the run cannot go on. */
export function unpriced({ code, message, details }: BulkheadError): BulkheadError {
  return new BulkheadError({
    code,
    message,
    denied: true,
    endsRun: true,
    ...(details === undefined ? {} : { details }),
  });
}
