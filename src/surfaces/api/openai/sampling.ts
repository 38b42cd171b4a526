import { z } from '@hono/zod-openapi';
import type { ModelRequest } from '../../../contract/model.ts';
import type { JsonSchema } from '../../../contract/schema.ts';
import { givenJson } from '../schemas/fields.ts';
import { functionName } from './fields.ts';

/** What both forms of request call by the same names. */
export const samplingFields = {
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
};

/** A JSON Schema that a client sends. */
export const givenSchema = z.record(z.string(), givenJson);

/** An answer's format, as both forms of request describe it. */
export const schemaFormat = {
  name: functionName,
  description: z.string().nullish(),
  schema: givenSchema.nullish(),
  strict: z.boolean().nullish(),
};

export type GivenFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      name: string;
      description?: string | null | undefined;
      schema?: Record<string, unknown> | null | undefined;
      strict?: boolean | null | undefined;
    };

/** A schema is no more than a hint unless the client says `strict`: that is OpenAI's default, too. */
export function responseFormat(given: GivenFormat | undefined): Pick<ModelRequest, 'responseFormat'> {
  if (given === undefined || given.type === 'text') return {};
  if (given.type === 'json_object') return { responseFormat: { type: 'json' } };
  const { name, description, schema, strict } = given;
  return {
    responseFormat: {
      type: 'json',
      name,
      ...(typeof description === 'string' ? { description } : {}),
      ...(schema === null || schema === undefined ? {} : { schema: schema as JsonSchema }),
      strict: strict ?? false,
    },
  };
}

/** A setting of the request, where the client gave one. */
export function given<Name extends keyof ModelRequest>(
  name: Name,
  value: NonNullable<ModelRequest[Name]> | null | undefined,
): Partial<Pick<ModelRequest, Name>> {
  return value === null || value === undefined
    ? {}
    : ({ [name]: value } as Partial<Pick<ModelRequest, Name>>);
}
