const marker = Symbol.for('bulkhead.error');

/** What a {@link BulkheadError} is made of. */
export type ErrorFields = {
  /** Stable, snake_case; part of the API: clients match on it. */
  code: string;
  /** One plain sentence or two: what happened, and what to do next. */
  message: string;
  /** HTTP status that the API answers with. Default 400. */
  status?: number;
  /** Whether the same request may succeed later without a change. Default false. */
  retryable?: boolean;
  /** Milliseconds to wait before the next try, where the other side said so. */
  retryAfter?: number;
  /** A control refused: the thing that was asked did not happen. Default false. */
  denied?: boolean;
  /** The run cannot go on: a spent budget, a passed deadline, a switched-off agent. Default false. */
  endsRun?: boolean;
  /** An effect may or may not have happened. Default false. */
  outcomeUnknown?: boolean;
  /** Facts for a machine: field, limit, known names. Never content, never a secret. */
  details?: Record<string, unknown>;
  cause?: unknown;
};

/**
 * The one error type that crosses a boundary: API, command line, journal and code host all speak it.
 *
 * @example
 * throw new BulkheadError({
 *   code: 'unknown_agent',
 *   message: 'There is no agent "suport". Deployed are: support. Deploy it with `bulkhead deploy <folder>`.',
 *   status: 404,
 * });
 */
export class BulkheadError extends Error {
  readonly [marker] = true;
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly denied: boolean;
  readonly endsRun: boolean;
  readonly outcomeUnknown: boolean;
  readonly details: Record<string, unknown> | undefined;

  constructor(fields: ErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'BulkheadError';
    this.code = fields.code;
    this.status = fields.status ?? 400;
    this.retryable = fields.retryable ?? false;
    this.retryAfter = fields.retryAfter;
    this.denied = fields.denied ?? false;
    this.endsRun = fields.endsRun ?? false;
    this.outcomeUnknown = fields.outcomeUnknown ?? false;
    this.details = fields.details;
  }

  /** True for an error of any copy of this module: two bundles never share a class. */
  static isInstance(value: unknown): value is BulkheadError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}

/** An error as it is stored in the journal and sent between processes. */
export type SerializedError = {
  code: string;
  message: string;
  retryable?: boolean;
  /** Milliseconds. */
  retryAfter?: number;
  denied?: boolean;
  endsRun?: boolean;
  outcomeUnknown?: boolean;
  details?: Record<string, unknown>;
};

const CODE = /^[a-z][a-z0-9_]{0,99}$/;

/**
 * Turns anything that was thrown into a storable error; a stack never leaves the process that made it.
 *
 * @example
 * serializeError(new Error('socket closed')); // { code: 'internal', message: 'socket closed' }
 */
export function serializeError(error: unknown, fallbackCode = 'internal'): SerializedError {
  if (BulkheadError.isInstance(error)) {
    return {
      // An author's own error may name itself as it likes; a code is one word everywhere.
      code: CODE.test(error.code) ? error.code : fallbackCode,
      message: error.message,
      ...(error.retryable ? { retryable: true } : {}),
      ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
      ...(error.denied ? { denied: true } : {}),
      ...(error.endsRun ? { endsRun: true } : {}),
      ...(error.outcomeUnknown ? { outcomeUnknown: true } : {}),
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: fallbackCode, message };
}

/** The inverse of {@link serializeError}. */
export function deserializeError(error: SerializedError): BulkheadError {
  return new BulkheadError(error);
}
