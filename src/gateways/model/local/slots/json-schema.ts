import type { JSONValue } from '@ai-sdk/provider';

/** The keywords of JSON Schema (draft 7 and 2020-12) that matter for filling. */
export type JsonSchema = {
  $ref?: string;
  type?: JsonSchemaType | readonly JsonSchemaType[];
  title?: string;
  description?: string;
  const?: JSONValue;
  enum?: readonly JSONValue[];
  default?: JSONValue;
  anyOf?: readonly JsonSchemaDefinition[];
  oneOf?: readonly JsonSchemaDefinition[];
  allOf?: readonly JsonSchemaDefinition[];
  properties?: Readonly<Record<string, JsonSchemaDefinition>>;
  required?: readonly string[];
  items?: JsonSchemaDefinition | readonly JsonSchemaDefinition[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
};

/** A schema, or `true` for anything and `false` for nothing. */
export type JsonSchemaDefinition = boolean | JsonSchema;

/** The names of types that a schema may give. */
export type JsonSchemaType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null';
