import { BulkheadError, type SerializedError } from '../../../../contract/errors.ts';
import { KNOWN_FAILURES } from './known-failures.ts';

/**
 * How a run failed, as an error with a status. Of what a provider refused it depends on what the provider said:
 * the client's own request, or this installation's key.
 */
export function fromFailure(error: SerializedError): BulkheadError {
  return new BulkheadError({ ...error, status: statusOf(error) });
}

function statusOf({ code, denied, retryable, details }: SerializedError): number {
  const known = KNOWN_FAILURES.get(code);
  if (known !== undefined) return known.status;
  if (code === 'provider_refused') return refusedWith(details);
  if (denied === true) return 403;
  return retryable === true ? 503 : 500;
}

/** Statuses of a provider that speak of the request, not of who sent it. */
const OF_THE_REQUEST = [400, 404, 413, 422];

function refusedWith(details: Record<string, unknown> | undefined): number {
  const status = details?.status;
  if (typeof status === 'number') return OF_THE_REQUEST.includes(status) ? status : 502;
  // The provider was never asked: its package cannot say in its wire format what the request asks for.
  return typeof details?.kind === 'string' && details.kind.startsWith('AI_') ? 400 : 502;
}
