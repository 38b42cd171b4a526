export { joinEmbeddedPostgres } from './join-embedded-postgres.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
