import { uuidv7 } from 'uuidv7';
import { type Clock, systemClock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import { approvalStatus } from './approval-status.ts';
import { holdUpBatch, isBatchCall, passBatch } from './batch-barrier.ts';
import { type Answer, type ConsultParts, consult } from './consult.ts';
import type { ReviewDesk } from './review-desk.ts';

const SEVEN_DAYS = 7 * 86_400_000;

export type ApprovalParts = {
  desk: Pick<ReviewDesk, 'open' | 'expire'>;
  clock?: Clock;
  newId?: () => string;
  /** Milliseconds that a person has. Default 7 days. */
  expiresAfter?: number;
};

/**
 * Lets a person decide on exactly this call, with exactly this input, before it runs. Of calls that a model
 * made together none runs before each of them may. Undoing a call needs nobody's leave.
 *
 * @throws BulkheadError `approval_denied_by_rule`, `approval_denied`, `approval_expired`, `approval_unclear`
 */
export function approval({
  desk,
  clock = systemClock,
  newId = uuidv7,
  expiresAfter = SEVEN_DAYS,
}: ApprovalParts): Middleware<ToolCall, ToolResult> {
  return {
    name: 'approval',
    async handle(call, next) {
      if (call.compensates !== undefined || hasStarted(call)) return next(call);
      if (!isCleared(call)) await clear(call, expiresAfter, { desk, clock, newId });
      await passBatch(call);
      return next(call);
    },
  };
}

/** Returns when the call may run. */
async function clear(call: ToolCall, expiresAfter: number, parts: ConsultParts): Promise<void> {
  const { status, reason } = wasAsked(call) ? { status: 'user-approval' } : await approvalStatus(call);
  if (status === 'denied') throw deniedByRule(call, reason);
  if (status !== 'user-approval') {
    const { step } = call;
    if (isBatchCall(call))
      step.record({ meta: { kind: 'tool.cleared', key: step.key, batch: call.batch.id } });
    return;
  }
  const { description, effect, risk } = call.tool;
  const consultation = await consult(
    call,
    {
      kind: 'approval',
      subject: { tool: call.tool.name, input: call.input },
      content: { description, effect, risk, ...(reason === undefined ? {} : { reason }) },
      expiresAfter,
    },
    parts,
  );
  if (consultation.status === 'waiting') {
    holdUpBatch(call);
    return consultation.wait();
  }
  if (consultation.answer.decision !== 'approved') throw refused(call, consultation.answer);
}

/** It was allowed to run then; what became of it is the ledger's to find out. */
function hasStarted({ step }: ToolCall): boolean {
  return step.entries.some(({ meta }) => meta.kind === 'tool.started');
}

function isCleared({ step }: ToolCall): boolean {
  return step.entries.some(({ meta }) => meta.kind === 'tool.cleared');
}

/** A question that was put stays: an author's function that changed its mind cannot take it back. */
function wasAsked({ step }: ToolCall): boolean {
  return step.entries.some(({ meta }) => meta.kind === 'review.requested' && meta.reviewKind === 'approval');
}

function deniedByRule({ tool }: ToolCall, reason: string | undefined): BulkheadError {
  const why = reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`;
  return new BulkheadError({
    code: 'approval_denied_by_rule',
    message: `The call of "${tool.name}" was denied by its toolApproval rule${why}. It did not run; do not repeat it with the same input.`,
    status: 403,
    denied: true,
  });
}

function refused({ tool }: ToolCall, { decision, note }: Answer): BulkheadError {
  if (decision === 'expired') {
    return new BulkheadError({
      code: 'approval_expired',
      message: `Nobody decided in time whether "${tool.name}" may run. It did not run; ask again if it is still wanted.`,
      status: 403,
      denied: true,
    });
  }
  const why = note === undefined || note === '' ? '' : `: ${note.replace(/\.$/, '')}`;
  return new BulkheadError({
    code: 'approval_denied',
    message: `A reviewer denied the call of "${tool.name}"${why}. It did not run; do not repeat it with the same input.`,
    status: 403,
    denied: true,
  });
}
