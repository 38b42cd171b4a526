import type { BulkheadError } from '../../../contract/errors.ts';
import { toProblem } from './problem.ts';

/** An error as one kind of client reads it. */
export type WrittenError = {
  status: number;
  /** The body's media type. */
  type: string;
  body: object;
  headers?: Record<string, string>;
};

/** Problem details, for everybody who expects nothing else. */
export function asProblem(error: BulkheadError, requestId: string): WrittenError {
  return { status: error.status, type: 'application/problem+json', body: toProblem(error, requestId) };
}
