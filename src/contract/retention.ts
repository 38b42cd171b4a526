/** How long a run's journal is kept; fixed when the run is made. The operator says how long each class lasts. */
export const RETENTION_CLASSES = ['standard', 'short', 'permanent'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/** What a hold may keep: a run with its children, a conversation, all runs about a subject, or all of a tenant's. */
export const HOLD_SCOPES = ['run', 'session', 'subject', 'tenant'] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];
