import { APPROVAL_STATUSES, type ApprovalStatus, type ResolvedApproval } from '../../contract/approval.ts';
import { BulkheadError, deserializeError } from '../../contract/errors.ts';
import type { HostAnswer } from '../protocol.ts';

/** What an answer that is no success means to who asked. */
export function failureOf(answer: HostAnswer): BulkheadError {
  if (answer.kind === 'settled' && !answer.settled.ok) return deserializeError(answer.settled.error);
  return new BulkheadError({
    code: 'code_failed',
    message: 'The code host gave an answer that fits no question.',
  });
}

/** An author's answer is believed only if it is one of the four. @throws BulkheadError `invalid_approval` */
export function checkedApproval(result: unknown, tool: string): ResolvedApproval {
  const status = (result as { status?: unknown } | null | undefined)?.status;
  if (APPROVAL_STATUSES.includes(status as ApprovalStatus)) return result as ResolvedApproval;
  throw new BulkheadError({
    code: 'invalid_approval',
    message: `toolApproval of "${tool}" answered ${JSON.stringify(result) ?? 'undefined'}; it must answer one of ${APPROVAL_STATUSES.join(', ')}.`,
  });
}

/** An author's schema, approval or check that never answers. @param time milliseconds */
export function unansweredQuestion(
  question: { type: string; definition: string; tool?: string },
  time: number,
): BulkheadError {
  const asked = { parse: 'inputSchema', approval: 'toolApproval' }[question.type] ?? 'verify';
  return new BulkheadError({
    code: 'code_stalled',
    message: `The ${asked} of "${question.tool ?? question.definition}" did not answer within ${time / 1_000} s. Look for a promise in it that never settles.`,
    denied: true,
  });
}

/** A tool that fetches before it was called, or after it returned. */
export function fetchOutsideCall(): BulkheadError {
  return new BulkheadError({
    code: 'fetch_outside_call',
    message: 'fetch works only while its tool call is under way. Await it before the tool returns.',
  });
}

/** Whether a message was not sent because of its size. */
export function isTooLarge(error: unknown): boolean {
  return BulkheadError.isInstance(error) && error.code === 'message_too_large';
}
