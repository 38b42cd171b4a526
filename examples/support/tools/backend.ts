import { BulkheadError } from 'bulkhead';
import { z } from 'zod';

/** Where the company's systems answer. A tool may reach only what its `network` declares. */
export const backend = 'http://127.0.0.1:7461';

/** An account number, as every tool takes it. */
export const account = z
  .string()
  .regex(/^AC-\d{4}$/)
  .describe('The account number, like AC-1042');

/**
 * The JSON of a reply; an error status becomes an error with what the backend says about it. Only a fault of the
 * backend itself is worth another try.
 */
export async function readReply(response: Response): Promise<Record<string, unknown>> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return body;
  const message =
    typeof body.message === 'string' ? body.message : `The backend answered ${response.status}.`;
  throw new BulkheadError({
    code: typeof body.code === 'string' ? body.code : 'backend_error',
    message,
    status: response.status,
    retryable: response.status >= 500,
  });
}
