import type { DataKey } from '../../foundation/vault/index.ts';

/**
 * The secret that a tenant's webhooks are signed with: `whsec_` and 32 bytes in base64, derived from the
 * key of the tenant's own stream, so that it is stored nowhere.
 */
export function webhookSecret(tenantKey: DataKey): string {
  const bytes = Buffer.from(tenantKey.keyedHash('bulkhead:webhook-secret:1'), 'hex');
  return `whsec_${bytes.toString('base64')}`;
}
