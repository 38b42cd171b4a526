import type pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { appendExclusive, type Stream } from '../../foundation/journal/index.ts';

export type ApiKeyFacts = {
  id: string;
  name: string;
  roles: string[];
  createdAt: Date;
  revokedAt: Date | null;
};

/** The tenant's keys, oldest first, without anything that opens a door. */
export async function listApiKeys(client: pg.PoolClient): Promise<ApiKeyFacts[]> {
  const { rows } = await client.query<{
    id: string;
    name: string;
    roles: string[];
    created_at: Date;
    revoked_at: Date | null;
  }>('SELECT id, name, roles, created_at, revoked_at FROM api_key ORDER BY created_at, id');
  return rows.map(({ id, name, roles, created_at, revoked_at }) => ({
    id,
    name,
    roles,
    createdAt: created_at,
    revokedAt: revoked_at,
  }));
}

/** @throws BulkheadError `unknown_key` when the tenant has no such key in force */
export async function requireApiKey(client: pg.PoolClient, id: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM api_key WHERE id = $1 AND revoked_at IS NULL', [id]);
  if (rowCount === 1) return;
  throw new BulkheadError({
    code: 'unknown_key',
    message: `There is no key "${id}" in force. List the keys with \`bulkhead keys list\`, and give the id.`,
    status: 404,
  });
}

/**
 * Ends a key and records that. Servers that trusted it lately go on doing so for `KEY_TRUSTED_FOR` ms.
 *
 * @throws BulkheadError `unknown_key` when there is none, or it was revoked before
 */
export async function revokeApiKey(
  client: pg.PoolClient,
  { stream, id, principal, now }: { stream: Stream; id: string; principal: string; now: number },
): Promise<void> {
  const { rowCount } = await client.query(
    'UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
    [id],
  );
  if (rowCount === 0) {
    throw new BulkheadError({
      code: 'unknown_key',
      message: `There is no key "${id}" that could be revoked. List the keys with \`bulkhead keys list\`.`,
      status: 404,
    });
  }
  await appendExclusive(client, stream, [{ meta: { kind: 'api-key.revoked', id, principal } }], now);
}
