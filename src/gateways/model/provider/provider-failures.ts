import { BulkheadError } from '../../../contract/errors.ts';

/** @returns `provider_stream_cut`: the answer broke off, for the network reason given */
export function streamCut(model: string, failure?: string): BulkheadError {
  return new BulkheadError({
    code: 'provider_stream_cut',
    message: `The answer of ${model} broke off before its end${failure === undefined ? '' : ` (${failure})`}. Ask again.`,
    status: 502,
    retryable: true,
    ...(failure === undefined ? {} : { details: { reason: failure } }),
  });
}

/**
 * @param reason completes the sentence "The provider is unavailable: …"
 * @param wait milliseconds, where the provider said so
 * @returns `provider_unavailable`: the provider cannot be reached, or cannot answer now
 */
export function unavailable(
  model: string,
  reason: string,
  details: Record<string, unknown>,
  wait?: number,
): BulkheadError {
  return new BulkheadError({
    code: 'provider_unavailable',
    message:
      `The provider of ${model} is unavailable: ${reason}. ` +
      'Try again later, or give the agent a second model to fall back to.',
    status: 503,
    retryable: true,
    ...(wait === undefined ? {} : { retryAfter: wait }),
    details,
  });
}
