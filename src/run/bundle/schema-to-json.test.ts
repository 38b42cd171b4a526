import { jsonSchema, zodSchema } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BulkheadError } from '../../contract/errors.ts';
import type { Schema } from '../../contract/schema.ts';
import { schemaToJson } from './schema-to-json.ts';

function refusal(schema: Schema): string {
  try {
    schemaToJson(schema, 'input', 'agent "a": inputSchema');
  } catch (error) {
    if (BulkheadError.isInstance(error) && error.code === 'invalid_definition') return error.message;
    throw error;
  }
  throw new Error('The schema was described.');
}

describe('schemaToJson', () => {
  const schema = z.object({ id: z.string(), count: z.number().default(1) });

  it('describes inputs as they may be given', () => {
    expect(schemaToJson(schema, 'input')).toEqual({
      type: 'object',
      properties: { id: { type: 'string' }, count: { default: 1, type: 'number' } },
      required: ['id'],
    });
  });

  it('describes answers as they will be, and closed', () => {
    expect(schemaToJson(schema)).toMatchObject({ required: ['id', 'count'], additionalProperties: false });
  });

  it('takes a JSON Schema as it is', () => {
    const raw = {
      type: 'object',
      properties: { id: { $ref: '#/$defs/id' } },
      $defs: { id: { type: 'string' } },
    };
    expect(schemaToJson(raw)).toEqual(raw);
  });

  it("takes the AI SDK's wrapper, and keeps the word that it is of draft 07", () => {
    expect(schemaToJson(jsonSchema({ type: 'string' }))).toEqual({ type: 'string' });
    expect(schemaToJson(zodSchema(schema))).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
    });
  });

  it.each<[string, Schema]>([
    ['Date cannot be represented in JSON Schema', z.object({ when: z.date() })],
    ['schema is invalid: data/type must be equal to one of the allowed values', { type: 'objct' }],
    ["can't resolve reference #/$defs/none from id #", { $ref: '#/$defs/none' }],
    [
      'it refers to "https://example.com/a.json"; put that schema under $defs',
      { $ref: 'https://example.com/a.json' },
    ],
    [
      'it refers to "https://example.com/a.json"',
      jsonSchema(
        { items: { $ref: 'https://example.com/a.json' } },
        { validate: () => ({ success: true, value: 1 }) },
      ),
    ],
    [
      'no schema with key or ref "http://json-schema.org/draft-04/schema#"',
      { $schema: 'http://json-schema.org/draft-04/schema#' },
    ],
    ['$async is no part of JSON Schema', { $async: true }],
    ['it is a promise; await the schema', jsonSchema(Promise.resolve({}))],
    ['it is not an object', { jsonSchema: 'string' }],
  ])('refuses: %s', (reason, schema) => {
    expect(refusal(schema)).toContain('agent "a": inputSchema cannot be described as JSON Schema: ');
    expect(refusal(schema)).toContain(reason);
  });
});
