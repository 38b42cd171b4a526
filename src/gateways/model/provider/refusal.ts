import { APICallError } from '@ai-sdk/provider';
import { retryInfo } from './retry-info.ts';

/** What a provider said about a failure, wherever it said it: in the status, or within a stream. */
export type Refusal = {
  /** HTTP status, or the one that the failure would have had. */
  status: number;
  headers: Readonly<Record<string, string>> | undefined;
  /** The provider's words: they may hold content, and even the key. */
  reason: string;
  /** The provider's own name for the failure: `rate_limit_exceeded`, `overloaded_error`. */
  kind: string | undefined;
  /** Milliseconds to wait, where that stands in the body. */
  delay?: number;
};

/**
 * Reads a refusal from what a provider package threw or streamed.
 *
 * @returns `undefined` when no provider spoke: a network error, a fault of the package
 * @example
 * toRefusal({ message: 'busy', type: 'overloaded_error', statusCode: 529 })?.status; // 529
 */
export function toRefusal(error: unknown): Refusal | undefined {
  if (APICallError.isInstance(error)) {
    if (error.statusCode === undefined) return undefined;
    const body = isRecord(error.data) ? error.data : parsed(error.responseBody);
    const { message: reason, statusCode: status, responseHeaders: headers } = error;
    const said = isRecord(body) ? (body.error ?? body) : undefined;
    const delay = retryInfo(said);
    return { status, headers, reason, kind: kindOf(said), ...(delay === undefined ? {} : { delay }) };
  }
  // A failure within a stream is a plain object, no Error.
  if (!isRecord(error) || error instanceof Error || typeof error.message !== 'string') return undefined;
  const kind = kindOf(error);
  return { status: statusOf(error, kind), headers: undefined, reason: error.message, kind };
}

function statusOf(error: Record<string, unknown>, kind: string | undefined): number {
  // OpenAI's and Anthropic's packages give the status; compatible servers give a number as the code, or words.
  const status = [error.statusCode, error.code].map(Number).find((code) => code >= 400 && code <= 599);
  if (status !== undefined) return status;
  if (kind !== undefined && /rate_limit|insufficient_quota/.test(kind)) return 429;
  return kind !== undefined && /invalid|not_found|context_length/.test(kind) ? 400 : 500;
}

function kindOf(error: unknown): string | undefined {
  if (!isRecord(error)) return undefined;
  // Google's name is its `status`; Mistral's codes are numbers, and its errors have no wrapping.
  return [error.code, error.type, error.status].find(
    (value): value is string => typeof value === 'string' && !/^\d+$/.test(value),
  );
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
