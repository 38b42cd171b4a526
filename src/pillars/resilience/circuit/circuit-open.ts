import { BulkheadError } from '../../../contract/errors.ts';
import { CIRCUIT_OPEN } from '../provider-failure.ts';

/**
 * @param name the provider or the model that is down
 * @param wait milliseconds until somebody may find out whether it answers again
 * @param cause the code of the failure that was seen last
 * @returns `provider_circuit_open`
 */
export function circuitOpen(name: string, wait: number, cause: string): BulkheadError {
  const retryAfter = Math.max(1, Math.ceil(wait));
  return new BulkheadError({
    code: CIRCUIT_OPEN,
    message: `${name} is down (${cause}), so it is not asked for now. It is tried again within ${Math.ceil(retryAfter / 1_000)} s; \`bulkhead providers\` shows how it is.`,
    status: 503,
    retryable: true,
    retryAfter,
    details: { down: name, cause },
  });
}
