import { APPROVAL_STATUSES, type ResolvedApproval } from '../../contract/approval.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { ToolCall } from '../../contract/gateway-call.ts';

/**
 * Whether a person has to be asked about a call. A risk, and the effect `execute`, ask one unless the author's
 * `toolApproval` answers otherwise; it may also ask, or refuse, where no risk is declared.
 *
 * @throws BulkheadError `approval_unclear` when the author's function does not answer
 */
export async function approvalStatus(call: ToolCall): Promise<ResolvedApproval> {
  const { tool, definition, input, code, signal } = call;
  if (Object.hasOwn(definition.toolApproval, tool.name)) {
    try {
      const answer = await code.approval(input);
      if (APPROVAL_STATUSES.includes(answer.status)) return answer;
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw approvalUnclear(tool.name, cause);
    }
    throw approvalUnclear(tool.name);
  }
  if (tool.risk.length > 0)
    return { status: 'user-approval', reason: `The call is ${tool.risk.join(' and ')}.` };
  if (tool.effect === 'execute') return { status: 'user-approval', reason: 'The call executes code.' };
  return { status: 'not-applicable' };
}

function approvalUnclear(tool: string, cause?: unknown): BulkheadError {
  return new BulkheadError({
    code: 'approval_unclear',
    message: `Whether "${tool}" may run could not be told: its toolApproval failed. It did not run. Mend the function; it must answer one of ${APPROVAL_STATUSES.join(', ')}.`,
    status: 403,
    denied: true,
    cause,
  });
}
