export { type Bundle, buildBundle } from './build-bundle.ts';
export { definitionsOf } from './definitions-of.ts';
export { describeDefinition, describeModule } from './describe.ts';
export { checkAgainst } from './json-schema-check.ts';
export { locateAuthorError } from './locate-author-error.ts';
export { parseWith } from './parse.ts';
export { schemaToJson } from './schema-to-json.ts';
