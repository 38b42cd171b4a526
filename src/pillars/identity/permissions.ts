import { BulkheadError } from '../../contract/errors.ts';
import type { Principal, Role } from '../../contract/principal.ts';

/** Who may do what. Deciding a review is not an operator's: who runs a system does not approve its refunds. */
export const PERMISSIONS = {
  'runs:create': ['admin', 'operator', 'developer'],
  'runs:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'runs:cancel': ['admin', 'operator', 'developer'],
  'schedules:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'schedules:write': ['admin', 'operator', 'developer'],
  'reviews:read': ['admin', 'operator', 'reviewer', 'auditor'],
  'reviews:decide': ['admin', 'reviewer'],
  'agents:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'bundles:deploy': ['admin', 'developer'],
  'kill-switches:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'kill-switches:write': ['admin', 'operator'],
  'limits:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'limits:write': ['admin', 'operator'],
  'budgets:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'budgets:write': ['admin', 'operator'],
  'usage:read': ['admin', 'operator', 'developer', 'auditor'],
  'routes:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'routes:train': ['admin', 'operator', 'developer'],
  'cache:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  // Programs that change data behind a tool clear what tells of it.
  'cache:clear': ['admin', 'operator', 'developer'],
  'cache:judge': ['admin', 'reviewer'],
  'holds:read': ['admin', 'operator', 'reviewer', 'developer', 'auditor'],
  'holds:write': ['admin', 'operator'],
  'relay:use': ['admin', 'developer'],
  'webhook-secret:read': ['admin', 'developer'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;

/**
 * Lets the principal pass, or says which roles may.
 *
 * @example
 * authorise({ id: 'k1', name: 'ci', tenant: 'acme', roles: ['developer'] }, 'runs:create');
 * @throws BulkheadError `forbidden`
 */
export function authorise(principal: Principal, action: Action): void {
  const allowed: readonly Role[] = PERMISSIONS[action];
  if (principal.roles.some((role) => allowed.includes(role))) return;
  const held = principal.roles.length === 0 ? 'no role' : principal.roles.join(', ');
  throw new BulkheadError({
    code: 'forbidden',
    message: `The key "${principal.name}" (${held}) may not do ${action}. Use a key with one of these roles: ${allowed.join(', ')}.`,
    status: 403,
    denied: true,
    details: { action, allowed },
  });
}
