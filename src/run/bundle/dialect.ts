import type { JsonSchema } from '../../contract/schema.ts';

/** True for a schema that says it is of draft 07; without a word a schema is of draft 2020-12. */
export function isDraft07(schema: JsonSchema): boolean {
  return (
    typeof schema.$schema === 'string' &&
    /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(schema.$schema)
  );
}
