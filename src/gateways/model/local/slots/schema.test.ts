import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allows } from './allows.ts';
import type { JsonSchema } from './json-schema.ts';
import { compilePattern, isTelling, literalPrefix, satisfies } from './pattern.ts';
import { readSchema } from './schema.ts';
import { slotKind } from './slot-kind.ts';

const slotsOf = (schema: z.ZodType) =>
  readSchema(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as JsonSchema).slots ?? [];

describe('readSchema', () => {
  it.each([{ anyOf: 5 }, { oneOf: {} }, { enum: 5 }, { $ref: 9 }, { properties: 7 }, { allOf: 'a' }])(
    'passes over what is no schema: %j',
    (schema) => {
      const { slots } = readSchema({ type: 'object', properties: { a: schema } } as unknown as JsonSchema);
      expect(slots).toMatchObject([{ name: 'a' }]);
    },
  );

  it('comes to an end where schemas refer to themselves and to one another', () => {
    const names = Array.from({ length: 60 }, (_, index) => `d${index}`);
    const all = (prefix: string) => Object.fromEntries(names.map((name) => [name, { $ref: prefix + name }]));
    const each = { type: 'object', properties: all('#/$defs/') } as const;
    const $defs = Object.fromEntries(names.map((name) => [name, each]));
    const schema = readSchema({ ...each, ...{ $defs } } as JsonSchema);
    expect(schema.slots?.map(({ name }) => name)).toEqual(names);
    const own = readSchema({ type: 'object', properties: { up: { $ref: '#' }, age: { type: 'number' } } });
    expect(own.slots).toMatchObject([
      { schema: { slots: [{ schema: { type: 'any' } }, { schema: { type: 'number' } }] } },
      { schema: { type: 'number' } },
    ]);
  });

  it('unwraps nullable, follows references, merges allOf, reads literals as choices', () => {
    const schema = readSchema({
      type: 'object',
      properties: {
        name: { anyOf: [{ type: 'string', minLength: 2 }, { type: 'null' }], description: 'Who' },
        place: { $ref: '#/$defs/place' },
        mode: { oneOf: [{ const: 'fast', description: 'quick' }, { const: 'slow' }] },
        both: {
          allOf: [
            { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
            { properties: { b: true } },
          ],
        },
      },
      required: ['name'],
      ...{ $defs: { place: { type: 'string', pattern: '^P' } } },
    });
    expect(schema.slots).toEqual([
      {
        name: 'name',
        required: true,
        schema: { type: 'string', minLength: 2, description: 'Who', nullable: true },
      },
      {
        name: 'place',
        required: false,
        schema: { type: 'string', pattern: '^P', description: '', nullable: false },
      },
      {
        name: 'mode',
        required: false,
        schema: {
          type: 'string',
          description: '',
          nullable: false,
          choices: [
            { value: 'fast', description: 'quick' },
            { value: 'slow', description: '' },
          ],
        },
      },
      expect.objectContaining({
        name: 'both',
        schema: expect.objectContaining({
          type: 'object',
          slots: [
            expect.objectContaining({ name: 'a', required: true }),
            expect.objectContaining({ name: 'b' }),
          ],
        }),
      }),
    ]);
  });

  it('ends on schemas that refer to themselves, and on malformed ones', () => {
    const node = { type: 'object' as const, properties: { next: { $ref: '#' } } };
    expect(readSchema(node).slots?.[0]?.name).toBe('next');
    expect(readSchema({ $ref: '#/nowhere' }).type).toBe('any');
    expect(readSchema(true).type).toBe('any');
  });
});

describe('slotKind', () => {
  it('goes by schema, then name, then description', () => {
    const slots = slotsOf(
      z.object({
        account: z.string().regex(/^AC-\d{4}$/),
        usd: z.number(),
        amountCents: z.int(),
        months: z.int(),
        email: z.email(),
        phone: z.string(),
        day: z.iso.date(),
        at: z.iso.datetime({ offset: true }),
        month: z.string().regex(/^\d{4}-\d{2}$/),
        mode: z.enum(['a', 'b']),
        urgent: z.boolean(),
        fullName: z.string(),
        reason: z.string(),
        orderId: z.string(),
        tags: z.array(z.string()),
        place: z.object({ city: z.string() }),
      }),
    );
    expect(slots.map((slot) => [slot.name, slotKind(slot)])).toEqual([
      ['account', 'identifier'],
      ['usd', 'money'],
      ['amountCents', 'money'],
      ['months', 'number'],
      ['email', 'email'],
      ['phone', 'phone'],
      ['day', 'date'],
      ['at', 'date-time'],
      ['month', 'month'],
      ['mode', 'choice'],
      ['urgent', 'boolean'],
      ['fullName', 'name'],
      ['reason', 'text'],
      ['orderId', 'identifier'],
      ['tags', 'list'],
      ['place', 'object'],
    ]);
  });
});

describe('patterns', () => {
  it('are run, also when they are no expressions of the unicode mode', () => {
    expect(satisfies('AC-1042', '^AC-\\d{4}$')).toBe(true);
    expect(satisfies('a-b', '^a\\-b$')).toBe(true);
    expect(satisfies('x'.repeat(200), '^x+$')).toBe(false);
  });

  it.each(['^(a+)+$', '^(a|a)*$', '^(\\w+\\s?)*$', '^((a{1,2})+)+$', '(a)\\1', '(', `^${'a'.repeat(400)}$`])(
    'are not run when they may never end or are none: %s',
    (pattern) => {
      expect(compilePattern(pattern)).toBeUndefined();
    },
  );

  it.each(['^AC-\\d{4}$', '^(?:AC|BC)-\\d+$', '^[A-Z]{2}\\d{1,6}(?:-[a-z]+)?$', '^\\d{3}(-\\d{2}){2}$'])(
    'are run when they are plain: %s',
    (pattern) => {
      expect(compilePattern(pattern)).toBeInstanceOf(RegExp);
    },
  );

  it('tell identifiers from words, and know their prefix', () => {
    expect([isTelling('^AC-\\d{4}$'), isTelling('^.+$'), isTelling('^[a-z]+$')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([literalPrefix('^AC-\\d{4}$'), literalPrefix('^\\d+$')]).toEqual(['AC', '']);
  });
});

describe('allows', () => {
  const [usd, kind, mail, count] = slotsOf(
    z.object({
      usd: z.number().positive().max(50),
      kind: z.enum(['a']),
      mail: z.email(),
      count: z.int().min(2),
    }),
  );
  it.each([
    [usd, 50, true],
    [usd, 51, false],
    [usd, 0, false],
    [usd, '5', false],
    [kind, 'a', true],
    [kind, 'b', false],
    [mail, 'a@b.co', true],
    [mail, 'a@b', false],
    [count, 2.5, false],
    [count, null, false],
  ])('%o: %s is %s', (slot, value, expected) => {
    expect(slot !== undefined && allows(slot.schema, value)).toBe(expected);
  });
});
