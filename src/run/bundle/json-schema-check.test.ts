import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Json } from '../../contract/json.ts';
import type { JsonSchema } from '../../contract/schema.ts';
import { checkAgainst } from './json-schema-check.ts';
import { validatorOf } from './json-schema-validator.ts';
import { schemaToJson } from './schema-to-json.ts';

const refund = schemaToJson(
  z.strictObject({
    order: z.string().min(3).max(10),
    amount: z.number().positive().max(500),
    currency: z.enum(['EUR', 'USD']),
    lines: z.array(z.object({ sku: z.string(), count: z.int().min(1) })).max(2),
    note: z.string().nullable().optional(),
  }),
  'input',
);
const valid = { order: 'ORD-1', amount: 5, currency: 'EUR', lines: [{ sku: 'a', count: 1 }] };

function issuesOf(schema: JsonSchema, value: Json): string {
  const result = checkAgainst(schema, value);
  return result.ok ? 'fits' : result.issues;
}

describe('checkAgainst', () => {
  it('hands a value that fits back as it is', () => {
    expect(checkAgainst(refund, valid)).toEqual({ ok: true, value: valid });
  });

  it.each<[string, Json]>([
    ['order: is missing; amount: is missing; currency: is missing; lines: is missing', {}],
    ['the value: must be an object', 'refund'],
    ['amount: must be a number', { ...valid, amount: '5' }],
    ['amount: must be more than 0', { ...valid, amount: 0 }],
    ['amount: must be at most 500', { ...valid, amount: 501 }],
    ['order: must have at least 3 letters', { ...valid, order: 'O' }],
    ['order: must have at most 10 letters', { ...valid, order: '👍'.repeat(11) }],
    ['currency: must be one of "EUR", "USD"', { ...valid, currency: 'YEN' }],
    [
      'lines: must have at most 2 items',
      { ...valid, lines: [1, 2, 3].map((count) => ({ sku: 'a', count })) },
    ],
    [
      'lines[1].sku: must be a text; lines[1].count: must be a whole number',
      {
        ...valid,
        lines: [
          { sku: 'a', count: 1 },
          { sku: 1, count: 1.5 },
        ],
      },
    ],
    ['discount: is not a known field', { ...valid, discount: 1 }],
    ['note: must be a text or null', { ...valid, note: 7 }],
    ['["odd name"]: is not a known field', { ...valid, 'odd name': 1 }],
  ])('says: %s', (issues, value) => {
    expect(issuesOf(refund, value)).toBe(issues);
  });

  it('counts letters, not units', () => {
    expect(issuesOf(refund, { ...valid, order: '👍'.repeat(10) })).toBe('fits');
  });

  it('explains the one form that a value is near to', () => {
    const schema = schemaToJson(
      z.union([z.object({ kind: z.literal('a'), size: z.number() }), z.string()]),
      'input',
    );
    expect(issuesOf(schema, { kind: 'a', size: 'big' })).toBe('size: must be a number');
  });

  it('says so when several forms are equally far', () => {
    const schema = schemaToJson(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), 'input');
    expect(issuesOf(schema, {})).toBe('the value: fits none of its 2 forms');
  });

  it('leaves fields to the host where patterns may allow them', () => {
    expect(issuesOf({ patternProperties: { '^x-': {} }, additionalProperties: false }, { 'x-a': 1 })).toBe(
      'fits',
    );
  });

  it('leaves a schema that is made of several documents to the host', () => {
    const inner = { $id: 'inner.json', $defs: { a: { type: 'string' } }, $ref: '#/$defs/a' };
    expect(issuesOf({ $defs: { a: { type: 'number' } }, properties: { x: inner } }, { x: 'text' })).toBe(
      'fits',
    );
    expect(
      issuesOf({ $defs: { inner }, properties: { x: { $ref: '#/$defs/inner/$defs/a' } } }, { x: 1 }),
    ).toBe('fits');
  });

  it('follows local references, also when they recur', () => {
    const tree = {
      $defs: {
        node: {
          type: 'object',
          properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        },
      },
      $ref: '#/$defs/node',
    };
    expect(issuesOf(tree, { children: [{ children: [{}, 3] }] })).toBe(
      'children[0].children[1]: must be an object',
    );
  });

  it('refuses a schema that refers to something outside itself', () => {
    expect(issuesOf({ properties: { a: { $ref: 'https://example.com/a.json' } } }, {})).toContain(
      'its schema refers to "https://example.com/a.json"',
    );
    expect(issuesOf({ enum: [{ $ref: 'https://example.com/a.json' }] }, {})).toBe('fits');
  });

  it('shortens what would flood an answer', () => {
    const schema = { type: 'array', items: { enum: ['x'.repeat(100_000)] } };
    const issues = issuesOf(
      schema,
      Array.from({ length: 5_000 }, (_, index) => index),
    );
    expect(issues.length).toBeLessThan(2_500);
    expect(issues).toMatch(/; and more$/);
  });
});

describe('what a tenant cannot do with a schema', () => {
  const doubling: Record<string, Json> = { d60: { type: 'string' } };
  for (let level = 0; level < 60; level += 1) {
    const next = { $ref: `#/$defs/d${level + 1}` };
    doubling[`d${level}`] = { allOf: [next, next] };
  }
  const nested = (depth: number): Json => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

  it.each<[string, JsonSchema, Json]>([
    ['a reference to itself', { $ref: '#' }, {}],
    ['definitions that double sixty times', { $defs: doubling, $ref: '#/$defs/d0' }, 'x'],
    ['doubling along the value', { items: { allOf: [{ $ref: '#' }, { $ref: '#' }] } }, nested(100)],
    ['a pattern that backtracks', { pattern: '^(a+)+$' }, `${'a'.repeat(50)}!`],
    [
      'a property pattern that backtracks',
      { patternProperties: { '^(a+)+$': false } },
      { [`${'a'.repeat(50)}!`]: 1 },
    ],
    [
      'uniqueness of many objects',
      { uniqueItems: true },
      Array.from({ length: 100_000 }, (_, id) => ({ id })),
    ],
    ['a value that is nested deeply', { items: { $ref: '#' } }, nested(5_000)],
    [
      'a long list of names',
      { items: { required: Array.from({ length: 50_000 }, String) } },
      Array(50_000).fill({}),
    ],
    ['many types', { items: { type: Array(50_000).fill('string') } }, Array(50_000).fill(1)],
    [
      'names of what every object has',
      { type: 'constructor', constructor: 1, properties: { toString: false } },
      {},
    ],
  ])('hang or break the check by %s', (_, schema, value) => {
    expect(checkAgainst(schema, value)).toEqual({ ok: true, value });
  });

  it('hold a broken reference against the value', () => {
    for (const $ref of ['#/$defs/none', '#/%E0%A4%A', '#name', '#/properties/toString']) {
      expect(issuesOf({ $ref }, 1)).toBe('fits');
    }
  });
});

describe('beside a full validator', () => {
  it('refuses only what that refuses too', () => {
    const random = seeded(7);
    let refused = 0;
    for (let round = 0; round < 400; round += 1) {
      const schema = randomSchema(random, 3);
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const value = randomValue(random, 3);
        if (checkAgainst(schema, value).ok) continue;
        refused += 1;
        const accepted = validatorOf(schema)(value).length === 0;
        expect({ schema, value, accepted }).toEqual({ schema, value, accepted: false });
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

type Random = (below: number) => number;

/** A linear congruential generator (Numerical Recipes), so that every run tries the same schemas. */
function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const fields = ['a', 'b', 'c'];

function randomSchema(random: Random, depth: number): JsonSchema {
  const below = () => (depth === 0 ? {} : randomSchema(random, depth - 1));
  const keywords: (() => [string, Json])[] = [
    () => [
      'type',
      ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'][random(7)] ?? 'null',
    ],
    () => ['type', ['array', 'object', 'string']],
    () => ['enum', [1, 'x', null, true]],
    () => ['const', random(3)],
    () => ['properties', { a: below(), b: random(4) === 0 ? false : below() }],
    () => ['required', fields.slice(random(3))],
    () => ['additionalProperties', random(2) === 0 ? false : below()],
    () => ['items', below()],
    () => ['prefixItems', [below(), below()]],
    () => ['minItems', random(4)],
    () => ['maxItems', random(4)],
    () => ['minLength', random(4)],
    () => ['maxLength', random(4)],
    () => ['minimum', random(10)],
    () => ['exclusiveMaximum', random(10)],
    () => ['anyOf', [below(), below()]],
    () => ['oneOf', [below(), below()]],
    () => ['allOf', [below(), below()]],
    () => ['not', below()],
    () => ['if', below()],
    () => ['then', below()],
    () => ['pattern', '^x'],
  ];
  const count = 1 + random(3);
  return Object.fromEntries(
    Array.from({ length: count }, () => keywords[random(keywords.length)]?.() ?? ['type', 'null']),
  );
}

function randomValue(random: Random, depth: number): Json {
  const scalars: Json[] = [null, true, 0, 1, 2.5, 9, '', 'x', '👍👍', 'long'];
  if (depth === 0 || random(3) === 0) return scalars[random(scalars.length)] ?? null;
  if (random(2) === 0) return Array.from({ length: random(5) }, () => randomValue(random, depth - 1));
  return Object.fromEntries(
    fields.filter(() => random(2) === 0).map((field) => [field, randomValue(random, depth - 1)]),
  );
}
