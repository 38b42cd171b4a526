import { BulkheadError } from '../../contract/errors.ts';
import { wasNeverSent } from '../../contract/never-sent.ts';

/** Refused before the model saw it, or never sent. */
const FREE_CODES = new Set([
  'provider_refused',
  'provider_rate_limited',
  'provider_circuit_open',
  'batch_not_answered',
  'unknown_model',
  'missing_key',
  'missing_base_url',
  'invalid_base_url',
]);

/** The connection was never made. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * True when a failed attempt surely cost nothing. In doubt it cost all that was set aside for it. A provider that
 * answers with a status of failure before the first token bills nothing; one that had begun to answer may.
 */
export function chargedNothing(error: unknown): boolean {
  if (!BulkheadError.isInstance(error)) return false;
  const { streamed, begun, status, reason } = error.details ?? {};
  if (streamed === true || begun === true) return false;
  if (wasNeverSent(error)) return true;
  if (FREE_CODES.has(error.code)) return true;
  return (
    error.code === 'provider_unavailable' &&
    (typeof status === 'number' || NEVER_CONNECTED.has(String(reason)))
  );
}
