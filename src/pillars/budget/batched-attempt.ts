import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Reservation } from './reservation.ts';

/** An attempt that waits in a batch of its provider, and since when, ms since the epoch. */
export type BatchedAttempt = { reservation: Reservation; since: number };

/**
 * The attempt of a call that was put into a batch before its run gave up its memory: it goes on with what it has set
 * aside. It is neither begun again nor lost.
 *
 * @returns undefined: the call is no such attempt
 */
export function batchedAttempt({ step, attempt, service }: ModelCall): BatchedAttempt | undefined {
  if (service !== 'batch') return undefined;
  let reservation: Reservation | undefined;
  let since: number | undefined;
  for (const { meta } of step.entries) {
    if (!('attempt' in meta) || meta.attempt !== attempt) continue;
    if (meta.kind === 'model.started') {
      const { reservedTokens: tokens, reservedInputTokens: inputTokens = 0, reservedUsd: usd } = meta;
      reservation = { tokens, inputTokens, maxOutputTokens: tokens - inputTokens, usd };
    }
    if (meta.kind === 'model.batched') since = meta.at;
    if (meta.kind === 'model.attempted') since = undefined;
  }
  return reservation === undefined || since === undefined ? undefined : { reservation, since };
}
