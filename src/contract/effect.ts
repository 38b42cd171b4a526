/** What a tool does to the world. */
export const EFFECTS = ['read', 'write', 'execute'] as const;
export type Effect = (typeof EFFECTS)[number];

/** Why a call may need a person, whatever its effect. */
export const RISKS = ['financial', 'destructive', 'external', 'production'] as const;
export type Risk = (typeof RISKS)[number];
