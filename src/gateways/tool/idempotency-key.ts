import { hash } from 'node:crypto';

/**
 * The key under which a call of a tool has one effect: the same for every attempt, and for no other step of
 * any run.
 *
 * @returns 32 hex digits
 * @example
 * idempotencyKey('01990000-0000-7000-8000-000000000001', 'main/tool:refund/1');
 */
export function idempotencyKey(run: string, stepKey: string): string {
  // A run's id holds no line break, so the two cannot run into each other.
  return hash('sha256', `bulkhead:idempotency-key:1\n${run}\n${stepKey}`, 'hex').slice(0, 32);
}
