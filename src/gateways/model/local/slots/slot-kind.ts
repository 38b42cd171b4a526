import { featuresOf } from '../language/features.ts';
import { splitName } from '../language/tokenise.ts';
import { findCodes } from './code.ts';
import { isTelling, satisfies } from './pattern.ts';
import type { Slot } from './schema.ts';

/** What kind of value a slot wants, which decides the filler that serves it. */
export type SlotKind =
  | 'choice'
  | 'identifier'
  | 'email'
  | 'phone'
  | 'date'
  | 'month'
  | 'time'
  | 'date-time'
  | 'money'
  | 'number'
  | 'boolean'
  | 'name'
  | 'text'
  | 'list'
  | 'object';

const moneyName =
  /\b(?:usd|eur|gbp|dollars?|euros?|cents?|amount|price|cost|fee|importe|monto|cantidad|payment|budget|money|principal)\b/;
const moneyDescription = /\b(?:usd|eur|gbp|dollars?|euros?|cents|money|currency|dolares)\b/;
const identifierName = /\b(?:id|ids|number|no|code|ref|reference|key|sku|uuid|numero|codigo|referencia)$/;
const textByFormat: Record<string, SlotKind> = {
  email: 'email',
  date: 'date',
  time: 'time',
  'date-time': 'date-time',
  uuid: 'identifier',
};

const kindOfText = ({ name, schema }: Slot): SlotKind => {
  const words = splitName(name);
  const keys = featuresOf(words, 'en').map((feature) => feature.key);
  const byFormat = textByFormat[schema.format ?? ''];
  if (byFormat !== undefined) return byFormat;
  if (schema.pattern !== undefined) {
    if (satisfies('2026-01-15', schema.pattern) && isTelling(schema.pattern)) return 'date';
    if (satisfies('2026-01', schema.pattern) && isTelling(schema.pattern)) return 'month';
    if (satisfies('10:30', schema.pattern) && isTelling(schema.pattern)) return 'time';
  }
  if (keys.includes('phone')) return 'phone';
  if (schema.pattern !== undefined)
    return isTelling(schema.pattern) || !keys.includes('name') ? 'identifier' : 'name';
  if (keys.includes('email')) return 'email';
  if (identifierName.test(words)) return 'identifier';
  if (keys.includes('date') || words.split(' ').includes('day')) return 'date';
  if (keys.includes('month')) return 'month';
  if (keys.includes('name') || keys.includes('surname')) return 'name';
  if (findCodes(schema.description).length > 0) return 'identifier';
  return 'text';
};

/**
 * The kind of a slot, from its schema first, then its name, then its description.
 *
 * @example
 * slotKind({ name: 'usd', required: true, schema: { type: 'number', description: '', nullable: false } }); // 'money'
 */
export function slotKind(slot: Slot): SlotKind {
  const { schema, name } = slot;
  if (schema.choices !== undefined) return 'choice';
  if (schema.type === 'boolean') return 'boolean';
  if (schema.type === 'array') return 'list';
  if (schema.type === 'object') return 'object';
  if (schema.type === 'number' || schema.type === 'integer') {
    if (moneyName.test(splitName(name))) return 'money';
    return moneyDescription.test(schema.description.toLowerCase()) ? 'money' : 'number';
  }
  return kindOfText(slot);
}
