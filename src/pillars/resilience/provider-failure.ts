import { BulkheadError } from '../../contract/errors.ts';

/** The code of a call that was held back because its provider is known to be down. */
export const CIRCUIT_OPEN = 'provider_circuit_open';
/** The code of an answer that broke off. */
export const STREAM_CUT = 'provider_stream_cut';

/** The provider is there, and does not answer now: it may later, without a change of the request. */
const DOWN: ReadonlySet<string> = new Set([
  'provider_unavailable',
  'provider_rate_limited',
  STREAM_CUT,
  CIRCUIT_OPEN,
]);

/** This installation cannot use the model, whatever is asked. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'missing_key',
  'missing_base_url',
  'invalid_base_url',
  'provider_bad_response',
]);

/** Statuses with which a provider refuses the key or the model, not the request. */
const REFUSES_MODEL: readonly unknown[] = [401, 403, 404];

/** Whether part of the answer has been shown: asking anybody again would show it twice. */
export function wasShown(error: unknown): boolean {
  return BulkheadError.isInstance(error) && error.details?.streamed === true;
}

/** Whether the same request to the same model may succeed later, once its provider has recovered. */
export function isDown(error: unknown): error is BulkheadError {
  return isOwn(error) && error.retryable && DOWN.has(error.code);
}

/** The same, of an attempt of which the journal holds only the code. */
export function isDownCode(code: string): boolean {
  return DOWN.has(code);
}

/**
 * Whether an attempt with this code shows that its model could not answer. One that was lost or called off, an answer
 * that another model is to better, and a call that was held back say nothing about it.
 */
export function isProviderFailure(code: string): boolean {
  return code.startsWith('provider_') && code !== CIRCUIT_OPEN;
}

/** Whether another model may answer where this one could not. What is wrong with the request stays wrong there. */
export function cannotAnswer(error: unknown): error is BulkheadError {
  if (!isOwn(error)) return false;
  if (error.code === 'provider_refused') return refusesModel(error);
  return DOWN.has(error.code) || UNUSABLE.has(error.code);
}

function refusesModel({ details }: BulkheadError): boolean {
  // Mistral says 400 of a model that it does not know, and names the reason.
  return (
    REFUSES_MODEL.includes(details?.status) || /model_not_found|invalid_model/.test(String(details?.kind))
  );
}

/** A failure of one model: nothing that a control decided, and nothing of which part was shown. */
function isOwn(error: unknown): error is BulkheadError {
  return BulkheadError.isInstance(error) && !error.denied && !error.endsRun && !wasShown(error);
}
