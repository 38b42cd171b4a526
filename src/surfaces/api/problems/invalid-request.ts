import { BulkheadError } from '../../../contract/errors.ts';
import type { FieldError } from './problem.ts';

const FIELDS_NAMED = 5;

/** A request that is not of its form. Every wrong field is listed; the sentence names the first ones. */
export function invalidRequest(errors: FieldError[]): BulkheadError {
  const named = errors.slice(0, FIELDS_NAMED).map(({ field, message }) => `${field}: ${message}`);
  const more = errors.length > FIELDS_NAMED ? `; and ${errors.length - FIELDS_NAMED} more` : '';
  return new BulkheadError({
    code: 'invalid_request',
    message: `The request is not of its form: ${named.join('; ')}${more}. Correct these fields; /openapi.json describes them.`,
    status: 400,
    details: { errors },
  });
}
