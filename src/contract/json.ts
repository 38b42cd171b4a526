/** A JSON value: all that crosses a process, enters the journal or is hashed. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Serialises with sorted keys, so that equal values have equal text (RFC 8785 order, JavaScript's own
 * number format, which is the one the RFC prescribes). `undefined` members are left out, as JSON does.
 *
 * @example
 * canonicalJson({ b: 1, a: [true, null] }); // '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return sorted(value.toJSON());
  if (Array.isArray(value)) return value.map(sorted);
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) result[key] = sorted((value as Record<string, unknown>)[key]);
  return result;
}

/**
 * What JSON keeps of a value: drops functions and `undefined`, calls `toJSON`, copies the rest.
 * A value that JSON cannot hold (a cycle, a bigint) throws, as `JSON.stringify` does.
 */
export function toJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value) ?? 'null') as Json);
}
