import { BulkheadError } from '../../contract/errors.ts';
import { safeText } from './render/plain-text.ts';
import { isDebugging } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** RFC 9457 problem details, as far as a failure has them. */
export type Problem = {
  type: string;
  title: string;
  /** Of HTTP; absent for what never reached a server. */
  status?: number;
  code: string;
  detail: string;
  instance?: string;
  retryable: boolean;
  errors?: unknown;
};

/** Codes of failures that the person who typed the command can only mend by typing it differently. */
const USAGE = new Set([
  'usage',
  'invalid_duration',
  'invalid_limit',
  'invalid_option',
  'invalid_port',
  'invalid_request',
  'invalid_schedule',
  'invalid_url',
  'unknown_role',
]);

/** Anything that was thrown, as problem details. */
export function problemOf(error: unknown): Problem {
  if (!BulkheadError.isInstance(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      type: 'urn:bulkhead:problem:internal',
      title: 'Internal',
      code: 'internal',
      detail: `Something unexpected went wrong: ${reason.replace(/\.$/, '')}. Set BULKHEAD_DEBUG=1 to see where.`,
      retryable: false,
    };
  }
  const { status, instance, errors } = error.details ?? {};
  const words = error.code.replaceAll('_', ' ');
  return {
    type: `urn:bulkhead:problem:${error.code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    ...(typeof status === 'number' ? { status } : {}),
    code: error.code,
    detail: error.message,
    ...(typeof instance === 'string' ? { instance } : {}),
    retryable: error.retryable,
    ...(errors === undefined ? {} : { errors }),
  };
}

/**
 * Says on standard error what went wrong: one sentence and the next step, or the problem as one line of JSON.
 * A stack only with `BULKHEAD_DEBUG=1`.
 *
 * @returns the exit code: 2 for wrong usage, else 1
 */
export function reportFailure(terminal: Terminal, json: boolean, error: unknown): number {
  const problem = problemOf(error);
  terminal.error(`${json ? JSON.stringify(problem) : safeText(problem.detail)}\n`);
  if (isDebugging(terminal.environment) && error instanceof Error) terminal.error(`${error.stack}\n`);
  return USAGE.has(problem.code) ? 2 : 1;
}
