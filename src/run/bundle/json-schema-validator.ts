import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import type { JsonSchema } from '../../contract/schema.ts';
import { isDraft07 } from './dialect.ts';
import type { Issue } from './issues.ts';

export type Validator = (value: unknown) => Issue[];

const compiled = new WeakMap<JsonSchema, Validator>();
const instances = new Map<'2020-12' | '07', Ajv>();

/**
 * The validator of a JSON Schema, compiled once for each schema object. It turns the schema into code,
 * so it belongs where the schema's author runs anyway; see {@link checkAgainst} for other processes.
 *
 * @throws Error when the schema is not valid, or refers to something outside itself
 */
export function validatorOf(schema: JsonSchema): Validator {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  if (schema.$async !== undefined) throw new Error('$async is no part of JSON Schema');
  const validate = compile(ajvFor(schema), schema);
  const validator: Validator = (value) => {
    validate(value);
    return (validate.errors ?? []).map(issueOf);
  };
  compiled.set(schema, validator);
  return validator;
}

function compile(ajv: Ajv, schema: JsonSchema): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    // It remembers a schema before it has looked at it, and would take it the second time.
    ajv.removeSchema(schema);
    throw error;
  }
}

/** Loaded when the first JSON Schema is met: an author who writes zod never pays for it. */
function ajvFor(schema: JsonSchema): Ajv {
  const dialect = isDraft07(schema) ? '07' : '2020-12';
  const known = instances.get(dialect);
  if (known !== undefined) return known;
  const require = createRequire(import.meta.url);
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const { Ajv: Ajv07 } = require('ajv') as typeof import('ajv');
  const { default: addFormats } = require('ajv-formats') as typeof import('ajv-formats');
  const options = { allErrors: true, strict: false, addUsedSchema: false, logger: false } as const;
  const ajv = dialect === '07' ? new Ajv07(options) : new Ajv2020(options);
  addFormats.default(ajv);
  instances.set(dialect, ajv);
  return ajv;
}

function issueOf(error: ErrorObject): Issue {
  const path = error.instancePath.split('/').slice(1).map(decode);
  const { missingProperty, additionalProperty, unevaluatedProperty, allowedValues } = error.params;
  if (missingProperty !== undefined) return { path: [...path, missingProperty], message: 'is missing' };
  const extra = additionalProperty ?? unevaluatedProperty;
  if (extra !== undefined) return { path: [...path, extra], message: 'is not a known field' };
  if (Array.isArray(allowedValues))
    return {
      path,
      message: `must be one of ${allowedValues.map((value) => JSON.stringify(value)).join(', ')}`,
    };
  return { path, message: error.message ?? `does not fit ${error.keyword}` };
}

/** A token of a JSON Pointer (RFC 6901). */
function decode(token: string): PropertyKey {
  if (/^\d+$/.test(token)) return Number(token);
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
