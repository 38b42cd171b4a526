import type { JSONValue } from '@ai-sdk/provider';
import { satisfies } from './pattern.ts';
import type { SlotSchema } from './schema.ts';

/** Formats that have their own check here, so that their often monstrous patterns are not run. */
const formats: Record<string, RegExp> = {
  email: /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,24}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/,
  time: /^\d{2}:\d{2}(?::\d{2})?/,
  uuid: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

const allowsNumber = (schema: SlotSchema, value: number): boolean =>
  Number.isFinite(value) &&
  (schema.type !== 'integer' || Number.isInteger(value)) &&
  value >= (schema.minimum ?? Number.NEGATIVE_INFINITY) &&
  value <= (schema.maximum ?? Number.POSITIVE_INFINITY) &&
  value > (schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
  value < (schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY);

const allowsText = (schema: SlotSchema, value: string): boolean => {
  if (value.length < (schema.minLength ?? 0)) return false;
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) return false;
  const format = schema.format === undefined ? undefined : formats[schema.format];
  if (format !== undefined) return format.test(value);
  return schema.pattern === undefined || satisfies(value, schema.pattern);
};

/**
 * Whether a scalar fits a slot: type, choices, bounds, length, format and pattern.
 *
 * @example
 * allows({ type: 'number', maximum: 50, description: '', nullable: false }, 60); // false
 */
export function allows(schema: SlotSchema, value: JSONValue): boolean {
  if (value === null) return schema.nullable;
  if (schema.choices !== undefined) return schema.choices.some((choice) => choice.value === value);
  if (typeof value === 'number')
    return ['number', 'integer', 'any'].includes(schema.type) && allowsNumber(schema, value);
  if (typeof value === 'string') return ['string', 'any'].includes(schema.type) && allowsText(schema, value);
  if (typeof value === 'boolean') return ['boolean', 'any'].includes(schema.type);
  return schema.type === 'any';
}
