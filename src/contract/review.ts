/** One inbox for people: a call that waits, an answer to give, an effect that may have happened, a hand-over. */
export const REVIEW_KINDS = ['approval', 'answer', 'unknown-outcome', 'escalation'] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

export const REVIEW_STATUSES = ['pending', 'decided', 'expired', 'withdrawn'] as const;
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];

/** The decisions that each kind of review takes. */
export const DECISIONS = {
  approval: ['approved', 'denied'],
  answer: ['approved', 'denied'],
  'unknown-outcome': ['retry', 'record', 'fail'],
  escalation: ['answered'],
} as const satisfies Record<ReviewKind, readonly string[]>;
export type Decision = (typeof DECISIONS)[ReviewKind][number] | 'expired';
