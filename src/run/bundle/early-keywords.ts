import type { Json } from '../../contract/json.ts';
import type { JsonSchema } from '../../contract/schema.ts';
import type { Issue } from './issues.ts';

/** Holds a value against a schema inside the document. */
export type Check = (schema: Json, value: Json, path: readonly PropertyKey[]) => Issue[];

export type Context = {
  /** The schema that the keyword stands in. */
  schema: JsonSchema;
  path: readonly PropertyKey[];
  check: Check;
  /** Pays for work that grows with the schema or the value. */
  spend: (amount: number) => void;
};

type Keyword = (rule: Json, value: Json, context: Context) => Issue[];

const fits: Issue[] = [];
const mostWords = 20;
const longestWord = 60;

const types = new Map<Json, { name: string; is: (value: Json) => boolean }>([
  ['string', { name: 'a text', is: (value) => typeof value === 'string' }],
  ['number', { name: 'a number', is: (value) => typeof value === 'number' }],
  ['integer', { name: 'a whole number', is: (value) => Number.isInteger(value) }],
  ['boolean', { name: 'true or false', is: (value) => typeof value === 'boolean' }],
  ['null', { name: 'null', is: (value) => value === null }],
  ['array', { name: 'a list', is: (value) => Array.isArray(value) }],
  ['object', { name: 'an object', is: isRecord }],
]);

/** The keywords that are cheap to bound. Each refuses only what JSON Schema refuses. */
export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  type(rule, value, { path, spend }) {
    const names: readonly Json[] = Array.isArray(rule) ? rule : [rule];
    spend(names.length);
    const allowed = new Set(names.map((name) => types.get(name)));
    const known = [...allowed].filter((type) => type !== undefined);
    if (known.length < allowed.size || known.some((type) => type.is(value))) return fits;
    return [{ path, message: `must be ${known.map((type) => type.name).join(' or ')}` }];
  },

  enum(rule, value, { path, spend }) {
    if (!Array.isArray(rule) || !rule.every(isScalar)) return fits;
    spend(rule.length * costOf(value));
    if (rule.includes(value)) return fits;
    return [{ path, message: `must be one of ${rule.slice(0, mostWords).map(show).join(', ')}` }];
  },

  const(rule, value, { path, spend }) {
    spend(costOf(value));
    if (!isScalar(rule) || rule === value) return fits;
    return [{ path, message: `must be ${show(rule)}` }];
  },

  required(rule, value, { path, spend }) {
    if (!Array.isArray(rule) || !isRecord(value)) return fits;
    spend(rule.length);
    return rule
      .filter((field) => typeof field === 'string' && !Object.hasOwn(value, field))
      .map((field) => ({ path: [...path, String(field)], message: 'is missing' }));
  },

  properties(rule, value, { path, check, spend }) {
    if (!isRecord(rule) || !isRecord(value)) return fits;
    return Object.keys(value).flatMap((field) => {
      spend(1);
      const [schema, member] = [rule[field], value[field]];
      if (!Object.hasOwn(rule, field) || schema === undefined || member === undefined) return fits;
      return check(schema, member, [...path, field]);
    });
  },

  additionalProperties(rule, value, { schema, path, check, spend }) {
    if (!isRecord(value) || schema.patternProperties !== undefined) return fits;
    const known = isRecord(schema.properties) ? schema.properties : {};
    return Object.keys(value).flatMap((field) => {
      spend(1);
      const member = value[field];
      if (Object.hasOwn(known, field) || member === undefined) return fits;
      if (rule === false) return [{ path: [...path, field], message: 'is not a known field' }];
      return check(rule, member, [...path, field]);
    });
  },

  items(rule, value, { schema, path, check }) {
    if (!Array.isArray(value) || Array.isArray(rule) || schema.prefixItems !== undefined) return fits;
    return value.flatMap((item, index) => check(rule, item, [...path, index]));
  },

  minItems: bound(
    (value, least) => !Array.isArray(value) || value.length >= least,
    'must have at least',
    'items',
  ),
  maxItems: bound(
    (value, most) => !Array.isArray(value) || value.length <= most,
    'must have at most',
    'items',
  ),
  minLength: bound(
    (value, least) => typeof value !== 'string' || value.length >= least,
    'must have at least',
    'letters',
  ),
  maxLength(rule, value, { path, spend }) {
    if (typeof rule !== 'number' || typeof value !== 'string' || value.length <= rule) return fits;
    spend(value.length / 64);
    return countLetters(value) <= rule ? fits : [{ path, message: `must have at most ${rule} letters` }];
  },
  minimum: bound((value, least) => typeof value !== 'number' || value >= least, 'must be at least'),
  maximum: bound((value, most) => typeof value !== 'number' || value <= most, 'must be at most'),
  exclusiveMinimum: bound((value, limit) => typeof value !== 'number' || value > limit, 'must be more than'),
  exclusiveMaximum: bound((value, limit) => typeof value !== 'number' || value < limit, 'must be less than'),

  allOf(rule, value, { path, check }) {
    return Array.isArray(rule) ? rule.flatMap((schema) => check(schema, value, path)) : fits;
  },
  anyOf,
  oneOf: anyOf,
};

function anyOf(rule: Json, value: Json, { path, check }: Context): Issue[] {
  if (!Array.isArray(rule) || rule.length === 0) return fits;
  const failures: Issue[][] = [];
  for (const schema of rule) {
    const issues = check(schema, value, path);
    if (issues.length === 0) return fits;
    failures.push(issues);
  }
  // The one form that the value is near to tells more than a list of all.
  const near = failures.filter((issues) => issues.every((issue) => issue.path.length > path.length));
  const [only, ...others] = near.length === 0 ? failures : near;
  if (only !== undefined && others.length === 0) return only;
  return [{ path, message: `fits none of its ${rule.length} forms` }];
}

function bound(holds: (value: Json, limit: number) => boolean, message: string, unit = ''): Keyword {
  return (rule, value, { path }) => {
    if (typeof rule !== 'number' || holds(value, rule)) return fits;
    return [{ path, message: `${message} ${rule} ${unit}`.trimEnd() }];
  };
}

function costOf(value: Json): number {
  return typeof value === 'string' ? 1 + value.length / 256 : 1;
}

/** JSON Schema counts code points, JavaScript counts UTF-16 units. */
function countLetters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function show(word: Json): string {
  return JSON.stringify(typeof word === 'string' ? word.slice(0, longestWord) : word);
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null;
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
