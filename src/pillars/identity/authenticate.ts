import type { Clock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { type Principal, ROLES, type Role } from '../../contract/principal.ts';
import { databaseUnreachable, isUnanswered, type Store } from '../../foundation/store/index.ts';
import { hashApiKey, looksLikeApiKey } from './api-key.ts';

/** Milliseconds for which a key that was good is not asked about again: a revoked key lives this long. */
export const KEY_TRUSTED_FOR = 3_000;
const KEYS_HELD = 10_000;

/** Finds out who sends a request by its `Authorization` header. */
export type Authenticate = (header: string | undefined) => Promise<Principal>;

/**
 * Authentication by API key, `Authorization: Bearer bh_<id>_<secret>`.
 *
 * @param options.store in the API's role
 * @example
 * const authenticate = createAuthenticator({ store, clock: systemClock });
 * const principal = await authenticate(request.headers.get('authorization') ?? undefined);
 * @throws BulkheadError (from the returned function) `unauthorized`, `database_unreachable`
 */
export function createAuthenticator({ store, clock }: { store: Store; clock: Clock }): Authenticate {
  const held = new Map<string, { principal: Principal; until: number }>();

  return async (header) => {
    const key = bearerToken(header);
    const hash = hashApiKey(key);
    const name = hash.toString('base64');
    const known = held.get(name);
    if (known !== undefined && known.until > clock.now()) return known.principal;
    held.delete(name);
    const principal = await lookUp(store, hash);
    if (held.size >= KEYS_HELD) held.clear();
    held.set(name, { principal, until: clock.now() + KEY_TRUSTED_FOR });
    return principal;
  };
}

function bearerToken(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw unauthorized('The request has no API key. Send `Authorization: Bearer bh_…`.');
  }
  const token = /^Bearer +([^ ]+)$/i.exec(header)?.[1];
  if (token === undefined || !looksLikeApiKey(token)) {
    throw unauthorized(
      'The Authorization header holds no API key. Send `Authorization: Bearer bh_<id>_<secret>`.',
    );
  }
  return token;
}

async function lookUp({ pool }: Store, hash: Buffer): Promise<Principal> {
  const { rows } = await pool
    .query<{ id: string; tenant: string; name: string; roles: string[] }>({
      name: 'api-key-by-hash',
      text: 'SELECT id, tenant, name, roles FROM api_key_by_hash($1)',
      values: [hash],
    })
    .catch((error: unknown) => {
      throw isUnanswered(error) ? databaseUnreachable(error) : error;
    });
  const row = rows[0];
  if (row === undefined) {
    throw unauthorized(
      'This API key is not known, or it was revoked. Use one that is in force, or have one made.',
    );
  }
  return { ...row, roles: row.roles.filter(isRole) };
}

function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}

function unauthorized(message: string): BulkheadError {
  return new BulkheadError({ code: 'unauthorized', message, status: 401, denied: true });
}
