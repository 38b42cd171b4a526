export { type Authenticate, createAuthenticator } from './authenticate.ts';
export { createApiKey } from './create-api-key.ts';
export { type ApiKeyFacts, listApiKeys, requireApiKey, revokeApiKey } from './manage-api-keys.ts';
export { type Action, authorise } from './permissions.ts';
export { tenantStream } from './tenant-stream.ts';
