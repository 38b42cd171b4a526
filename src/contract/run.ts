/** `queued → running ⇄ waiting → succeeded, failed, cancelled`. */
export const RUN_STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const TERMINAL_STATUSES = ['succeeded', 'failed', 'cancelled'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

export function isTerminal(status: RunStatus): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly string[]).includes(status);
}

/** Whether a finished run was right: `unknown` until a verifier, a review or feedback says so. */
export const OUTCOMES = ['right', 'wrong', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Priority of a run. */
export const LANES = ['urgent', 'normal', 'batch'] as const;
export type Lane = (typeof LANES)[number];

/** What a run executes: a definition of a bundle, or one call of a model that a client asks for. */
export const RUN_KINDS = ['agent', 'workflow', 'chat'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** The facts of a run that middlewares may read. They do not change while it lives. */
export type RunFacts = {
  /** UUIDv7. */
  readonly id: string;
  readonly tenant: string;
  /** The definition that it executes, or under whose limits it calls a model: an agent's or a workflow's name. */
  readonly agent: string;
  /** SHA-256 of the bundle that it is pinned to, lower-case hex. */
  readonly version: string;
  readonly lane: Lane;
  readonly session?: string;
  readonly subject?: string;
  readonly parent?: string;
  /** Who started it: an API key's id, or the parent run's principal. */
  readonly principal: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
};
