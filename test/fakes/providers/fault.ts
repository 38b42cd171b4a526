/** What can go wrong with a call, and its settings. */
export type FaultSettings = {
  /** 429. `retryAfter`: seconds, or an HTTP date. `retryAfterMs`: sent beside it. */
  rate_limited: { retryAfter?: number | string; retryAfterMs?: number; code?: string };
  /** 5xx. Default: the status with which this provider says that it is overloaded or broken. */
  server_error: { status?: number };
  /** Any other status. Default 400. */
  refused: { status?: number; code?: string; message?: string };
  /** Says nothing more, and keeps the connection. Without `afterChunks` not even the status is sent. */
  hang: { afterChunks?: number };
  /** Stops after some pieces of the answer. `clean`: the connection is closed in order, as if all had been said. */
  cut_stream: { afterChunks: number; clean?: boolean };
  /** Reports a failure within the stream, after some pieces of the answer. */
  stream_error: { afterChunks: number };
  /** Sends a piece that is no JSON. */
  garbled: Record<never, never>;
  /** Leaves off the last character of the arguments of each tool call. */
  malformed_tool_arguments: Record<never, never>;
  /** Waits so many milliseconds before each piece. */
  slow: { delay: number };
};

export type FaultKind = keyof FaultSettings;

/** One fault, with its settings. */
export type Fault = { [Kind in FaultKind]: { kind: Kind; settings: FaultSettings[Kind] } }[FaultKind];

/**
 * Whether a fault leaves the reply for the next call. Those that spoil the answer do, so that a test scripts
 * one fault and one reply for "fails, then succeeds".
 */
export function keepsReply(fault: Fault | undefined): boolean {
  return fault !== undefined && fault.kind !== 'malformed_tool_arguments' && fault.kind !== 'slow';
}
