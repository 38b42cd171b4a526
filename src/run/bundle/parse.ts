import type { StandardSchemaV1 } from '@standard-schema/spec';
import { toJson } from '../../contract/json.ts';
import {
  isStandardSchema,
  isWrappedJsonSchema,
  type JsonSchema,
  type ParseResult,
  type Schema,
} from '../../contract/schema.ts';
import { type Issue, sentenceOf } from './issues.ts';
import { findJsonLoss } from './json-loss.ts';
import { validatorOf } from './json-schema-validator.ts';

type Parsed = { value: unknown } | { issues: readonly Issue[] };

/**
 * Parses a value with any schema that an author may write. The result is JSON: a schema that makes
 * something else of its input (a Date, a class) is refused, because the journal could not keep it.
 *
 * @returns the parsed value, or one sentence (without its full stop) that names every wrong field
 * @throws what the author's own checks throw
 * @example
 * await parseWith(z.object({ n: z.number() }), { n: '1' });
 * // { ok: false, issues: 'n: Invalid input: expected number, received string' }
 */
export async function parseWith(schema: Schema, value: unknown): Promise<ParseResult> {
  return resultOf(await parse(schema, value));
}

/** Schemas that answered with a promise once: they would only be asked twice. */
const patient = new WeakSet<object>();

/**
 * As {@link parseWith}, where the schema answers at once. Undefined where it does not, or throws: then
 * {@link parseWith} tells.
 */
export function parseNow(schema: Schema, value: unknown): ParseResult | undefined {
  if (!isStandardSchema(schema) || patient.has(schema)) return undefined;
  try {
    const result = schema['~standard'].validate(value);
    if (result instanceof Promise) {
      patient.add(schema);
      result.catch(() => {});
      return undefined;
    }
    return resultOf(
      result.issues === undefined ? { value: result.value } : { issues: result.issues.map(plain) },
    );
  } catch {
    return undefined;
  }
}

function resultOf(parsed: Parsed): ParseResult {
  if ('issues' in parsed) return { ok: false, issues: sentenceOf(parsed.issues) };
  const loss = findJsonLoss(parsed.value);
  if (loss !== undefined) return { ok: false, issues: sentenceOf([loss]) };
  return { ok: true, value: toJson(parsed.value) };
}

async function parse(schema: Schema, value: unknown): Promise<Parsed> {
  if (isStandardSchema(schema)) {
    const result = await schema['~standard'].validate(value);
    return result.issues === undefined ? { value: result.value } : { issues: result.issues.map(plain) };
  }
  if (!isWrappedJsonSchema(schema)) return validated(schema, value);
  if (schema.validate === undefined) return validated((await schema.jsonSchema) as JsonSchema, value);
  return unwrapped(await schema.validate(value));
}

function validated(schema: JsonSchema, value: unknown): Parsed {
  const issues = validatorOf(schema)(value);
  return issues.length === 0 ? { value } : { issues };
}

/** The AI SDK's form: `{ success: true, value }` or `{ success: false, error }`. */
function unwrapped(result: unknown): Parsed {
  if (typeof result === 'object' && result !== null && 'success' in result) {
    if (result.success === true && 'value' in result) return { value: result.value };
    const error = 'error' in result ? result.error : undefined;
    if (hasIssues(error)) return { issues: error.issues.map(plain) };
    return {
      issues: [{ path: [], message: error instanceof Error ? error.message : 'does not fit its schema' }],
    };
  }
  return {
    issues: [{ path: [], message: 'could not be checked: validate() answered neither success nor error' }],
  };
}

function hasIssues(error: unknown): error is { issues: StandardSchemaV1.Issue[] } {
  return typeof error === 'object' && error !== null && 'issues' in error && Array.isArray(error.issues);
}

function plain({ message, path = [] }: StandardSchemaV1.Issue): Issue {
  return { message, path: path.map((part) => (typeof part === 'object' ? part.key : part)) };
}
