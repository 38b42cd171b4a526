import type { Stream } from '../../../foundation/journal/index.ts';
import type { Store } from '../../../foundation/store/index.ts';
import type { KeyRing } from '../../../foundation/vault/index.ts';
import { tenantStream } from '../../../pillars/identity/index.ts';

/**
 * Every tenant's own stream, read once. That also brings the tenant's key into the key ring: a
 * transaction that had to fetch it would need a second connection while it holds one, and as many such
 * transactions as there are connections would wait for each other.
 */
export function createTenantStreams(store: Store, keys: KeyRing): (tenant: string) => Promise<Stream> {
  const held = new Map<string, Promise<Stream>>();
  return (tenant) => {
    let stream = held.get(tenant);
    if (stream === undefined) {
      stream = tenantStream(store, keys, tenant);
      held.set(tenant, stream);
      // A failed read must not be remembered.
      stream.catch(() => held.delete(tenant));
    }
    return stream;
  };
}
