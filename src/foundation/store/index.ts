export { byteaArray, textArray } from './binary-array.ts';
export { execute, inTenant, type OpenStoreOptions, openStore, ping, type Store } from './connect.ts';
export {
  databaseUnreachable,
  isConnectionLost,
  isSerializationFailure,
  isUnanswered,
  mayPass,
} from './database-error.ts';
export { type Listening, listen } from './listen.ts';
export type { DatabaseRole } from './require-role.ts';
export type { Database } from './schema.ts';
export { withStartupOptions } from './startup-options.ts';
export { watchSchema } from './watch-schema.ts';
