import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../contract/principal.ts';
import { type Action, authorise, PERMISSIONS } from './permissions.ts';

const may = (action: Action, ...roles: Role[]) => {
  try {
    authorise({ id: 'k', name: 'key', tenant: 'acme', roles }, action);
    return true;
  } catch {
    return false;
  }
};

describe('permissions', () => {
  it('let an admin do everything', () => {
    for (const action of Object.keys(PERMISSIONS) as Action[]) expect(may(action, 'admin')).toBe(true);
  });

  it('let an auditor read everything and change nothing', () => {
    const allowed = (Object.keys(PERMISSIONS) as Action[]).filter((action) => may(action, 'auditor'));
    expect(allowed).toEqual([
      'runs:read',
      'schedules:read',
      'reviews:read',
      'agents:read',
      'kill-switches:read',
      'limits:read',
      'budgets:read',
      'usage:read',
      'routes:read',
      'cache:read',
      'holds:read',
    ]);
  });

  it('keep the decision on a review from those who run the system or write its agents', () => {
    expect(ROLES.filter((role) => may('reviews:decide', role))).toEqual(['admin', 'reviewer']);
  });

  it('keep the kill switches from all but operators and admins', () => {
    expect(ROLES.filter((role) => may('kill-switches:write', role))).toEqual(['admin', 'operator']);
  });

  it('give a key with several roles what any of them may', () => {
    expect(may('reviews:decide', 'auditor', 'reviewer')).toBe(true);
  });

  it('say which roles may, when they refuse', () => {
    const key = { id: 'k', name: 'ci', tenant: 'acme', roles: ['auditor' as const] };
    expect(() => authorise(key, 'runs:create')).toThrow(
      expect.objectContaining({
        code: 'forbidden',
        status: 403,
        message:
          'The key "ci" (auditor) may not do runs:create. Use a key with one of these roles: admin, operator, developer.',
      }),
    );
    expect(() => authorise({ ...key, roles: [] }, 'runs:read')).toThrow('The key "ci" (no role)');
  });
});
