import { jsonSchema, zodSchema } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Schema } from '../../contract/schema.ts';
import { parseWith } from './parse.ts';

const order = z.object({
  order: z.string().trim(),
  count: z.int().default(1),
  lines: z.array(z.object({ sku: z.string() })).optional(),
});

const raw = {
  type: 'object',
  properties: {
    order: { type: 'string', pattern: '^ORD-' },
    mail: { type: 'string', format: 'email' },
    speed: { enum: ['slow', 'fast'] },
    lines: { type: 'array', items: { type: 'object', required: ['sku'] } },
    'a/b~c': { type: 'number' },
  },
  required: ['order'],
  additionalProperties: false,
};

async function issuesOf(schema: Schema, value: unknown): Promise<string> {
  const result = await parseWith(schema, value);
  return result.ok ? 'fits' : result.issues;
}

describe('parseWith a Standard Schema', () => {
  it('gives the parsed value: trimmed, with defaults', async () => {
    expect(await parseWith(order, { order: ' A ' })).toEqual({ ok: true, value: { order: 'A', count: 1 } });
  });

  it('names every wrong field', async () => {
    expect(await issuesOf(order, { count: 'x', lines: [{ sku: 'a' }, {}] })).toBe(
      'order: Invalid input: expected string, received undefined; count: Invalid input: expected number, received string; lines[1].sku: Invalid input: expected string, received undefined',
    );
  });

  it('waits for checks that take time', async () => {
    const schema = z.object({ id: z.string().refine(async (id) => id === 'known', 'is unknown.') });
    expect(await issuesOf(schema, { id: 'other' })).toBe('id: is unknown');
  });

  it('takes paths in their long form', async () => {
    const schema: Schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'is odd', path: [{ key: 'a' }, { key: 0 }, 'b c'] }] }),
      },
    };
    expect(await issuesOf(schema, {})).toBe('a[0]["b c"]: is odd');
  });

  it.each([
    ['when: is a Date after parsing', z.object({ when: z.string().transform((text) => new Date(text)) })],
    ['when: is a Map after parsing', z.object({ when: z.string().transform(() => new Map()) })],
    ['when: is a bigint after parsing', z.object({ when: z.string().transform(() => 1n) })],
    ['when: is NaN after parsing', z.object({ when: z.string().transform(Number) })],
    ['when[1]: is a function after parsing', z.object({ when: z.string().transform(() => [1, () => 2]) })],
  ])('refuses what JSON would change: %s', async (issues, schema) => {
    expect(await issuesOf(schema, { when: 'now' })).toContain(issues);
  });

  it('refuses a value that holds itself', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    expect(await issuesOf(z.any(), cyclic)).toContain('nested more than 500 levels deep');
  });

  it('leaves out what is undefined', async () => {
    const schema = z.object({
      note: z
        .string()
        .optional()
        .transform(() => undefined),
    });
    expect(await parseWith(schema, { note: 'x' })).toEqual({ ok: true, value: {} });
  });

  it('passes on what the author throws', async () => {
    const schema = z.string().transform(() => {
      throw new Error('the lookup table is empty');
    });
    await expect(parseWith(schema, 'x')).rejects.toThrow('the lookup table is empty');
  });
});

describe('parseWith a JSON Schema', () => {
  it('gives the value as it is', async () => {
    const value = { order: 'ORD-1', mail: 'a@example.com', speed: 'fast' };
    expect(await parseWith(raw, value)).toEqual({ ok: true, value });
  });

  it('names every wrong field', async () => {
    const value = { mail: 'nobody', speed: 'warp', lines: [{}], extra: 1, 'a/b~c': 'x' };
    const issues = await issuesOf(raw, value);
    for (const part of [
      'order: is missing',
      'mail: must match format "email"',
      'speed: must be one of "slow", "fast"',
      'lines[0].sku: is missing',
      'extra: is not a known field',
      '["a/b~c"]: must be number',
    ]) {
      expect(issues).toContain(part);
    }
  });

  it('reads draft 07 where the schema says so', async () => {
    const tuple = { type: 'array', items: [{ type: 'string' }], additionalItems: false };
    const draft07 = { $schema: 'http://json-schema.org/draft-07/schema#', ...tuple };
    expect(await issuesOf(draft07, ['a', 'b'])).toBe('the value: must NOT have more than 1 items');
  });

  it('keeps schemas with the same $id apart', async () => {
    expect(await issuesOf({ $id: 'order', type: 'string' }, 'a')).toBe('fits');
    expect(await issuesOf({ $id: 'order', type: 'number' }, 'a')).toBe('the value: must be number');
  });
});

describe("parseWith the AI SDK's wrapper", () => {
  it('validates with its JSON Schema when it has nothing else', async () => {
    expect(await issuesOf(jsonSchema({ type: 'object', required: ['a'] }), {})).toBe('a: is missing');
  });

  it('awaits a JSON Schema that is a promise', async () => {
    expect(await issuesOf(jsonSchema(Promise.resolve({ type: 'string' as const })), 1)).toBe(
      'the value: must be string',
    );
  });

  it('prefers its own validate()', async () => {
    const wrapped = jsonSchema<string>(
      { type: 'string' },
      {
        validate: (value) =>
          value === 'yes' ? { success: true, value: 'YES' } : { success: false, error: new Error('says no') },
      },
    );
    expect(await parseWith(wrapped, 'yes')).toEqual({ ok: true, value: 'YES' });
    expect(await issuesOf(wrapped, 'no')).toBe('the value: says no');
  });

  it('reads the issues of zod inside it', async () => {
    expect(await issuesOf(zodSchema(z.object({ a: z.number() })), { a: 'x' })).toBe(
      'a: Invalid input: expected number, received string',
    );
  });

  it('does not take an answer that it cannot read for a success', async () => {
    expect(await issuesOf({ jsonSchema: {}, validate: () => true }, 1)).toContain('could not be checked');
  });
});
