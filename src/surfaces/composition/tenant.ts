/** The tenant of an installation that has not been told of others. */
export const TENANT = { id: 'default', name: 'Default' };
