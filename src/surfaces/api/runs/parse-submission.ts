import { refuseInvalid } from '../problems/validation-hook.ts';
import { type RunSubmission, RunSubmissionSchema } from '../schemas/run-submission.ts';

/** Bytes. */
export const LARGEST_SUBMISSION = 1024 * 1024;

/**
 * A submission that came by another way than POST /v1/runs, held to the same form.
 *
 * @example
 * parseSubmission({ agent: 'support', input: 'Is my line up?' });
 * @throws BulkheadError `invalid_request`
 */
export function parseSubmission(value: unknown): RunSubmission {
  const parsed = RunSubmissionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  refuseInvalid({ target: 'json', success: false, error: parsed.error });
  throw parsed.error;
}
