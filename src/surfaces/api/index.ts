export { requireFreePort } from './cannot-listen.ts';
export type { ApiParts, Log, Readiness } from './parts.ts';
export { type Served, serveApi } from './serve-api.ts';
