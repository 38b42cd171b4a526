/** AI SDK's statuses: nothing to ask, allowed, refused, or a person decides. */
export const APPROVAL_STATUSES = ['not-applicable', 'approved', 'denied', 'user-approval'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** A status, with why. */
export type ApprovalAnswer = ApprovalStatus | { status: ApprovalStatus; reason?: string };

/** Whose call is asked about. */
export type ApprovalContext = { toolCallId: string; run: { id: string; tenant: string; subject?: string } };

/** A static answer, or a function of the call's exact input. */
export type ToolApproval<Input = unknown> =
  | ApprovalAnswer
  | ((input: Input, context: ApprovalContext) => ApprovalAnswer | Promise<ApprovalAnswer>);

/** An answer in its long form. */
export type ResolvedApproval = { status: ApprovalStatus; reason?: string };
