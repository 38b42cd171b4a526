import type pg from 'pg';
import type { Role } from '../../contract/principal.ts';
import { appendExclusive, type Stream } from '../../foundation/journal/index.ts';
import { hashApiKey, newApiKey } from './api-key.ts';

/**
 * Makes an API key and records that in its tenant's stream; one transaction, which is the caller's. The
 * key is returned here and never again: only its hash is kept.
 *
 * @param client in a transaction, either behind the tenant's wall or of the database's owner
 * @param options.stream the tenant's own stream, from `tenantStream`
 * @param options.principal who makes it: an API key's id, or `'cli'`
 * @param options.now milliseconds since the epoch
 * @example
 * const { key } = await createApiKey(client, { stream, name: 'ci', roles: ['developer'], principal: 'cli', now: Date.now() });
 */
export async function createApiKey(
  client: pg.PoolClient,
  options: { stream: Stream; name: string; roles: readonly Role[]; principal: string; now: number },
): Promise<{ id: string; key: string }> {
  const { id, key } = newApiKey();
  await client.query('INSERT INTO api_key (id, tenant, name, hash, roles) VALUES ($1, $2, $3, $4, $5)', [
    id,
    options.stream.tenant,
    options.name,
    hashApiKey(key),
    options.roles,
  ]);
  await appendExclusive(
    client,
    options.stream,
    [{ meta: { kind: 'api-key.created', id, principal: options.principal, roles: [...options.roles] } }],
    options.now,
  );
  return { id, key };
}
