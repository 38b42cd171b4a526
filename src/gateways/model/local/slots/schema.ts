import type { JSONValue } from '@ai-sdk/provider';
import type { JsonSchema, JsonSchemaDefinition } from './json-schema.ts';

/** A value that a slot may take, with what the schema says of it. */
export type Choice = { value: string | number | boolean; description: string };

/** A JSON Schema reduced to what can be filled: references resolved, unions with null unwrapped. */
export type SlotSchema = {
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'any';
  description: string;
  nullable: boolean;
  choices?: Choice[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  default?: JSONValue;
  items?: SlotSchema;
  slots?: Slot[];
};

/** A property of an object schema. */
export type Slot = { name: string; required: boolean; schema: SlotSchema };

const deepest = 8;
/** Schemas that are read of one, with its parts and what they refer to: a few that refer to one another become millions. */
const mostRead = 1_000;

/** What references refer to, those that are being followed, and how many more schemas are read. */
type Reading = { top: JsonSchema; following: Set<string>; left: number };
const kept = [
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'maxItems',
] as const;

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Finds `#/…` in the root schema by walking its own properties. */
const resolveReference = (reference: string, root: JsonSchema): JsonSchemaDefinition | undefined => {
  let place: unknown = root;
  for (const part of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, part)) return undefined;
    place = Object.entries(place).find(([key]) => key === part)?.[1];
  }
  return typeof place === 'object' && place !== null ? place : undefined;
};

const choicesOf = (schema: JsonSchema, union: readonly JsonSchema[]): Choice[] | undefined => {
  if (schema.const !== undefined && isScalar(schema.const)) return [{ value: schema.const, description: '' }];
  if (Array.isArray(schema.enum)) {
    return schema.enum.filter((value) => isScalar(value)).map((value) => ({ value, description: '' }));
  }
  const constants = union.filter((member) => isScalar(member.const));
  if (constants.length === 0 || constants.length !== union.length) return undefined;
  return constants.flatMap(({ const: value, title, description }) =>
    isScalar(value) ? [{ value, description: [title, description].filter(Boolean).join(' ') }] : [],
  );
};

const typeOf = (schema: JsonSchema, choices: Choice[] | undefined): SlotSchema['type'] => {
  for (const type of [schema.type].flat()) if (type !== undefined && type !== 'null') return type;
  if (schema.properties !== undefined) return 'object';
  const value = choices?.[0]?.value;
  if (typeof value === 'number') return 'number';
  return typeof value === 'string' ? 'string' : 'any';
};

const isSchema = (member: unknown): member is JsonSchema => typeof member === 'object' && member !== null;

/** A schema with the members of its `allOf` merged in; properties and required names add up. */
const mergeAll = (schema: JsonSchema): JsonSchema => {
  if (!Array.isArray(schema.allOf)) return schema;
  const parts = [...schema.allOf.filter(isSchema).map(mergeAll), schema];
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map((part) => part.properties)),
    required: parts.flatMap((part) => part.required ?? []),
  };
};

const slotsOf = (
  { properties, required }: JsonSchema,
  reading: Reading,
  depth: number,
): Slot[] | undefined => {
  if (typeof properties !== 'object' || properties === null) return undefined;
  const names = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    required: names.includes(name),
    schema: read(property, reading, depth + 1),
  }));
};

const readReference = (
  definition: JsonSchema,
  reference: string,
  reading: Reading,
  depth: number,
): SlotSchema => {
  const { top, following } = reading;
  // What refers to itself is read once.
  const target = following.has(reference) ? undefined : resolveReference(reference, top);
  following.add(reference);
  const schema: SlotSchema | undefined = target === undefined ? undefined : read(target, reading, depth + 1);
  if (target !== undefined) following.delete(reference);
  const description = definition.description ?? schema?.description ?? '';
  return { ...(schema ?? { type: 'any', nullable: true }), description };
};

/**
 * Reads a JSON Schema (draft 7 or 2020-12) for filling. What it does not know (`not`, `if`) it leaves out: the
 * caller's own validation has the last word.
 *
 * @example
 * readSchema({ type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }).slots;
 */
export function readSchema(definition: JsonSchemaDefinition): SlotSchema {
  const top = isSchema(definition) ? definition : {};
  return read(definition, { top, following: new Set(), left: mostRead }, 0);
}

function read(definition: JsonSchemaDefinition, reading: Reading, depth: number): SlotSchema {
  reading.left -= 1;
  if (!isSchema(definition) || depth > deepest || reading.left < 0)
    return { type: 'any', description: '', nullable: true };
  if (typeof definition.$ref === 'string') return readReference(definition, definition.$ref, reading, depth);
  // Clients of the API send schemas of their own, and what they send may be none.
  const members = [definition.anyOf, definition.oneOf]
    .filter((list) => Array.isArray(list))
    .flat()
    .filter(isSchema);
  const union = members.filter((member) => member.type !== 'null');
  const [single, ...others] = union;
  const withNull = union.length < members.length;
  if (single !== undefined && others.length === 0) {
    const schema = read(single, reading, depth + 1);
    const description = definition.description ?? schema.description;
    const byDefault = definition.default === undefined ? {} : { default: definition.default };
    return { ...schema, description, nullable: schema.nullable || withNull, ...byDefault };
  }
  const merged = mergeAll(definition);
  const choices = choicesOf(merged, union);
  const schema: SlotSchema = {
    type: typeOf(merged, choices),
    description: [merged.title, merged.description].filter(Boolean).join('. '),
    nullable: [merged.type].flat().includes('null') || withNull,
  };
  for (const key of kept) if (merged[key] !== undefined) Object.assign(schema, { [key]: merged[key] });
  if (choices !== undefined) schema.choices = choices;
  if (merged.default !== undefined) schema.default = merged.default;
  const items = [merged.items].flat()[0];
  if (items !== undefined) schema.items = read(items, reading, depth + 1);
  const slots = slotsOf(merged, reading, depth);
  if (slots !== undefined) schema.slots = slots;
  return schema;
}
