/** What a principal may do through the API. */
export const ROLES = ['admin', 'operator', 'reviewer', 'developer', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Who acts: the holder of an API key. */
export type Principal = {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly roles: readonly Role[];
};
