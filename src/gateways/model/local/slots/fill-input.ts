import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { FillContext, Filling, Span } from './fill-context.ts';
import { fillSlot } from './fill-slot.ts';
import { hasRole } from './role.ts';
import type { Slot } from './schema.ts';
import { slotKind } from './slot-kind.ts';

/** An input that was filled as far as the words go, and what stands in the way of calling with it. */
export type FilledInput = {
  input: JSONObject;
  missing: Slot[];
  ambiguous: { slot: Slot; values: NonNullable<JSONValue>[] }[];
  refused: { slot: Slot; said: string }[];
  /** The places whose words became values. */
  spans: Span[];
  /** Names of the slots that a tool result supplied. */
  fromResults: string[];
  /** Names of the slots that took the schema's default. */
  fromDefaults: string[];
};

const precedence = (slot: Slot): number => {
  const byKind = [
    'money',
    'identifier',
    'email',
    'phone',
    'date-time',
    'date',
    'month',
    'time',
    'choice',
    'number',
  ];
  const place = byKind.indexOf(slotKind(slot));
  return (hasRole(slot.name) ? 0 : 100) + (slot.required ? 0 : 50) + (place < 0 ? byKind.length : place);
};

const fillList = (slot: Slot, context: FillContext, taken: readonly Span[]): Filling => {
  const items = slot.schema.items;
  if (items === undefined) return { state: 'missing' };
  const filling = fillSlot({ ...slot, schema: items }, context, taken);
  if (filling.state === 'ambiguous') {
    return {
      state: 'filled',
      value: filling.values.slice(0, slot.schema.maxItems ?? 20),
      origin: 'user',
      spans: [],
    };
  }
  return filling.state === 'filled' ? { ...filling, value: [filling.value] } : filling;
};

const fillObject = (slot: Slot, context: FillContext, taken: readonly Span[]): Filling => {
  const inner = fillInput(slot.schema.slots ?? [], context, taken);
  const [ambiguous] = inner.ambiguous;
  const [refused] = inner.refused;
  if (ambiguous !== undefined) return { state: 'ambiguous', values: ambiguous.values };
  if (refused !== undefined) return { state: 'refused', said: refused.said };
  if (inner.missing.length > 0 || Object.keys(inner.input).length === 0) return { state: 'missing' };
  return { state: 'filled', value: inner.input, origin: 'user', spans: inner.spans };
};

const fill = (slot: Slot, context: FillContext, taken: readonly Span[]): Filling => {
  const kind = slotKind(slot);
  if (kind === 'list') return fillList(slot, context, taken);
  return kind === 'object' ? fillObject(slot, context, taken) : fillSlot(slot, context, taken);
};

/**
 * Fills the slots of an input. No word serves two slots. Optional slots that the words do not mention stay out.
 *
 * @example
 * fillInput(schema.slots ?? [], context).input; // { account: 'AC-1042', usd: 5 }
 */
export function fillInput(
  slots: readonly Slot[],
  context: FillContext,
  claimed: readonly Span[] = [],
): FilledInput {
  const filled: FilledInput = {
    input: {},
    missing: [],
    ambiguous: [],
    refused: [],
    spans: [],
    fromResults: [],
    fromDefaults: [],
  };
  const values = new Map<string, NonNullable<JSONValue>>();
  for (const slot of slots.toSorted((one, other) => precedence(one) - precedence(other))) {
    const filling = fill(slot, context, [...claimed, ...filled.spans]);
    if (filling.state === 'filled') {
      values.set(slot.name, filling.value);
      filled.spans.push(...filling.spans);
      if (filling.origin === 'result') filled.fromResults.push(slot.name);
      if (filling.origin === 'default') filled.fromDefaults.push(slot.name);
    } else if (filling.state === 'ambiguous' && (slot.required || context.strict)) {
      filled.ambiguous.push({ slot, values: filling.values });
    } else if (filling.state === 'refused') filled.refused.push({ slot, said: filling.said });
    else if (slot.required) filled.missing.push(slot);
  }
  for (const slot of slots) {
    const value = values.get(slot.name);
    if (value !== undefined) filled.input[slot.name] = value;
    else if (slot.required && slot.schema.nullable && filled.missing.includes(slot)) {
      filled.input[slot.name] = null;
      filled.missing = filled.missing.filter((other) => other !== slot);
    }
  }
  return filled;
}
