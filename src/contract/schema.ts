import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { Json } from './json.ts';

/** A JSON Schema document (draft 2020-12 or 07). */
export type JsonSchema = { readonly [keyword: string]: Json };

/** What AI SDK's `jsonSchema()` and `zodSchema()` return. */
export type WrappedJsonSchema<Output = unknown> = {
  readonly jsonSchema: unknown;
  readonly validate?: ((value: unknown) => unknown) | undefined;
  readonly _type?: Output;
};

/**
 * Any schema an author may write: Standard Schema (zod, valibot, arktype …), a wrapped JSON Schema as
 * the AI SDK makes it, or a raw JSON Schema object.
 */
export type Schema<Output = unknown> =
  | StandardSchemaV1<unknown, Output>
  | WrappedJsonSchema<Output>
  | JsonSchema;

/** The type that a schema's parsed value has; `unknown` where the schema does not say, `any` of any schema. */
export type Infer<S> = 0 extends 1 & S
  ? // biome-ignore lint/suspicious/noExplicitAny: the one answer that fits a workflow of any input.
    any
  : S extends StandardSchemaV1<infer _Input, infer Output>
    ? Output
    : S extends { readonly _type?: infer Output }
      ? Output
      : unknown;

export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
}

/** A Standard Schema that can also describe itself as JSON Schema (zod 4 can). */
export function isStandardJsonSchema(value: unknown): value is StandardJSONSchemaV1 {
  return isStandardSchema(value) && 'jsonSchema' in value['~standard'];
}

export function isWrappedJsonSchema(value: unknown): value is WrappedJsonSchema {
  return typeof value === 'object' && value !== null && 'jsonSchema' in value && !isStandardSchema(value);
}

/** The result of a parse: the value as JSON, or one sentence that names every field that is wrong. */
export type ParseResult = { ok: true; value: Json } | { ok: false; issues: string };
