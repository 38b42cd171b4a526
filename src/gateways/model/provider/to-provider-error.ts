import { AISDKError } from '@ai-sdk/provider';
import { BulkheadError } from '../../../contract/errors.ts';
import { networkFailure } from './network-failure.ts';
import { streamCut, unavailable } from './provider-failures.ts';
import { providerReason } from './provider-reason.ts';
import { providers } from './providers.ts';
import { type Refusal, toRefusal } from './refusal.ts';
import { retryAfter } from './retry-after.ts';

/**
 * Sorts whatever a model call threw into what a retry, a breaker and a person can act on.
 *
 * | code | when | retryable |
 * |---|---|---|
 * | `provider_rate_limited` | 429; `retryAfter` as the provider said | yes; no when the account's quota is used up |
 * | `provider_unavailable` | 5xx, 408, 409, refused or reset connection, timeout | yes |
 * | `provider_stream_cut` | the answer broke off | yes |
 * | `provider_refused` | another 3xx or 4xx, or a request that the provider's package cannot express | no |
 * | `provider_bad_response` | an answer that is not in the provider's format | yes; no when the failure is unknown |
 * | `call_cancelled` | the caller's signal | no |
 *
 * A `BulkheadError` comes back as it is. `retryable` is about the provider alone: {@link callModel} takes it back
 * once text was shown. `details` holds `status` and the provider's name of the failure as `kind`, or the
 * network's code as `reason`. Causes are left out on purpose: they hold the prompt.
 *
 * @param options.model the name that was asked, for the message
 * @param options.now milliseconds since the epoch, for a `Retry-After` with a date
 * @example
 * toProviderError(error, { model: 'openai/gpt-5-mini' }).code; // 'provider_rate_limited'
 */
export function toProviderError(
  error: unknown,
  { model = 'the model', now = Date.now() }: { model?: string; now?: number } = {},
): BulkheadError {
  if (BulkheadError.isInstance(error)) return error;
  const name = error instanceof Error ? error.name : undefined;
  if (name === 'AbortError' || name === 'ResponseAborted') {
    return new BulkheadError({
      code: 'call_cancelled',
      message: `The call to ${model} was cancelled. Start it again if the answer is still wanted.`,
      status: 499,
    });
  }
  if (name === 'TimeoutError') return unavailable(model, 'it took too long', { reason: 'timeout' });
  const refusal = toRefusal(error);
  if (refusal !== undefined && refusal.status >= 300) return fromRefusal(refusal, model, now);
  const failure = networkFailure(error);
  if (failure !== undefined) {
    // With a status the answer had begun, so the connection broke within it.
    return refusal === undefined
      ? unavailable(model, failure, { reason: failure })
      : streamCut(model, failure);
  }
  if (name === 'AI_InvalidResponseDataError' && /ended without a finish/.test(String(error)))
    return streamCut(model);
  return fromPackage(error, model);
}

function fromRefusal(
  { status, headers, reason, kind, delay }: Refusal,
  model: string,
  now: number,
): BulkheadError {
  const details = { status, ...(kind === undefined ? {} : { kind }) };
  const wait = retryAfter(headers, now) ?? delay;
  if (status === 429) {
    const usedUp = kind === 'insufficient_quota';
    const pause = wait === undefined ? 'Wait' : `Wait ${Math.ceil(wait / 1_000)} s`;
    return new BulkheadError({
      code: 'provider_rate_limited',
      message: usedUp
        ? `The account that pays for ${model} has used up its quota. Raise it with the provider, or name another model.`
        : `The provider of ${model} limits the rate of calls. ${pause} and try again, or lower the concurrency.`,
      status: 429,
      retryable: !usedUp,
      ...(wait === undefined ? {} : { retryAfter: wait }),
      details,
    });
  }
  if (status >= 500 || status === 408 || status === 409) {
    return unavailable(model, `it answered ${status}`, details, wait);
  }
  return new BulkheadError({
    code: 'provider_refused',
    message: `The provider of ${model} refused the call (${status})${nextStep(status, reason, model)}`,
    status: 502,
    details,
  });
}

/** What to do about a refusal. The provider's words on a key are left out: they may repeat it. */
function nextStep(status: number, reason: string, model: string): string {
  const keyVariable = providers.get(model.split('/', 1)[0] ?? '')?.keyVariable;
  if (status === 401 || status === 403) {
    return `. Check the key${keyVariable === undefined ? '' : ` in ${keyVariable}`} and what it may use.`;
  }
  if (status < 400) return ': its address redirects, and a key is not sent on. Correct the base URL.';
  const words = providerReason(reason);
  const said = words === undefined ? '' : `: ${words.replace(/\.$/, '')}`;
  return `${said}. ${status === 404 ? 'Check the name of the model and the base URL.' : 'Change the request.'}`;
}

const unreadable =
  /^AI_(InvalidResponseData|JSONParse|TypeValidation|EmptyResponseBody|NoContentGenerated|APICall)Error$/;

function fromPackage(error: unknown, model: string): BulkheadError {
  const known = AISDKError.isInstance(error);
  if (known && !unreadable.test(error.name)) {
    return new BulkheadError({
      code: 'provider_refused',
      message: `${model} cannot be asked this: ${providerReason(error.message)?.replace(/\.$/, '')}. Change the request.`,
      details: { kind: error.name },
    });
  }
  return new BulkheadError({
    code: 'provider_bad_response',
    message: `The provider of ${model} answered in a form that cannot be read. Check its base URL, then try again.`,
    status: 502,
    retryable: known,
    ...(error instanceof Error ? { details: { kind: error.name } } : {}),
  });
}
