import type { BulkheadError } from '../../../../contract/errors.ts';
import type { FieldError } from '../../problems/problem.ts';
import type { WrittenError } from '../../problems/written-error.ts';
import { KNOWN_FAILURES } from './known-failures.ts';

/** An error as OpenAI's clients read it. */
export type OpenAiError = { message: string; type: string; param: string | null; code: string };

/** Failures that a provider tells by the same words as OpenAI: they say more than ours. */
const SAME_WORDS = new Set<unknown>(['insufficient_quota', 'context_length_exceeded', 'model_not_found']);
/** The SDKs have no class for it, and OpenAI never says it. */
const PAYMENT_REQUIRED = 402;
/** Statuses below 500 after which the SDKs ask again by themselves; above it they always do. */
const ASKED_AGAIN = new Set([408, 409, 429]);

/**
 * @example
 * toOpenAiError(error); // { message: 'There is no model …', type: 'invalid_request_error', param: 'model', code: 'model_not_found' }
 */
export function toOpenAiError(error: BulkheadError): OpenAiError {
  const known = KNOWN_FAILURES.get(error.code);
  const kind = error.details?.kind;
  const ours = error.status === PAYMENT_REQUIRED ? 'insufficient_quota' : error.code;
  const code = SAME_WORDS.has(kind) ? String(kind) : (known?.code ?? ours);
  return {
    message: error.message,
    type: code === 'insufficient_quota' ? code : typeOf(statusOf(error)),
    param: paramOf(error),
    code,
  };
}

/**
 * The whole answer: a status that the SDKs have a class for, and `X-Should-Retry: false` where they would ask again
 * in vain, and pay for it.
 */
export function asOpenAiError(error: BulkheadError): WrittenError {
  const status = statusOf(error);
  const retryable = KNOWN_FAILURES.get(error.code)?.retryable ?? error.retryable;
  return {
    status,
    type: 'application/json',
    body: { error: toOpenAiError(error) },
    headers: !retryable && (status >= 500 || ASKED_AGAIN.has(status)) ? { 'X-Should-Retry': 'false' } : {},
  };
}

function statusOf({ code, status }: BulkheadError): number {
  const known = KNOWN_FAILURES.get(code);
  if (known !== undefined) return known.status;
  if (status === PAYMENT_REQUIRED) return 429;
  return status === 422 ? 400 : status;
}

function typeOf(status: number): string {
  if (status >= 500) return 'server_error';
  if (status === 429) return 'rate_limit_error';
  return status === 403 ? 'permission_error' : 'invalid_request_error';
}

/** The field that is wrong, in OpenAI's spelling: `messages[0].content`. */
function paramOf({ code, details }: BulkheadError): string | null {
  if (KNOWN_FAILURES.get(code)?.code === 'model_not_found') return 'model';
  const errors = details?.errors as FieldError[] | undefined;
  const field = errors?.[0]?.field;
  if (field === undefined || field === 'body') return null;
  return field.replaceAll(/\.(\d+)(?=\.|$)/g, '[$1]');
}
