import { BulkheadError } from '../../contract/errors.ts';
import { toJson } from '../../contract/json.ts';
import {
  isStandardJsonSchema,
  isStandardSchema,
  isWrappedJsonSchema,
  type JsonSchema,
  type Schema,
} from '../../contract/schema.ts';
import { validatorOf } from './json-schema-validator.ts';
import { remoteReference } from './remote-reference.ts';

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/**
 * A schema as a JSON Schema document of draft 2020-12, or of draft 07 where it says so. Answers (`output`)
 * are described as they are after parsing: zod closes its objects then, as strict providers demand.
 *
 * @param field what errors call the schema: `agent "support": tools.refund.inputSchema`
 * @throws BulkheadError `invalid_definition` when it cannot be described or is not valid JSON Schema
 * @example
 * schemaToJson(z.object({ n: z.number() }), 'input');
 * // { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] }
 */
export function schemaToJson(
  schema: Schema,
  side: 'input' | 'output' = 'output',
  field = 'the schema',
): JsonSchema {
  try {
    const document = describe(schema, side);
    const remote = remoteReference(document);
    if (remote !== undefined) throw new Error(`it refers to "${remote}"; put that schema under $defs`);
    if (document.$schema !== dialect) return document;
    const { $schema: _, ...rest } = document;
    return rest;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BulkheadError({
      code: 'invalid_definition',
      message: `${field} cannot be described as JSON Schema: ${reason}. Use only what JSON Schema can say, and convert values in the code.`,
      details: { field },
      cause: error,
    });
  }
}

function describe(schema: Schema, side: 'input' | 'output'): JsonSchema {
  if (isStandardJsonSchema(schema)) {
    return document(schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' }));
  }
  if (isStandardSchema(schema)) throw new Error('its library does not offer Standard JSON Schema');
  if (!isWrappedJsonSchema(schema)) return checked(schema);
  if (schema.jsonSchema instanceof Promise)
    throw new Error('it is a promise; await the schema before you use it');
  // With a validate() of its own the document only informs the model.
  return schema.validate === undefined
    ? checked(schema.jsonSchema as JsonSchema)
    : document(schema.jsonSchema);
}

/** Compiles what will be compiled at the first call, so that a mistake shows now. */
function checked(schema: JsonSchema): JsonSchema {
  const described = document(schema);
  const remote = remoteReference(described);
  if (remote === undefined) validatorOf(schema);
  return described;
}

function document(value: unknown): JsonSchema {
  const json = toJson(value);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonSchema;
  throw new Error('it is not an object');
}
