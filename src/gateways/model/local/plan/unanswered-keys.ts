import type { FilledInput } from '../slots/fill-input.ts';
import type { Slot } from '../slots/schema.ts';
import { slotKind } from '../slots/slot-kind.ts';

const identifying = new Set(['identifier', 'email', 'phone', 'name', 'text', 'choice']);

/**
 * The optional slots that say what a call is about when none of them is filled: a search without anything to
 * search for. Empty when the call makes sense.
 */
export function unansweredKeys(filled: FilledInput, slots: readonly Slot[]): Slot[] {
  const open = filled.missing.length + filled.ambiguous.length + filled.refused.length;
  if (open > 0 || Object.keys(filled.input).length > 0) return [];
  return slots.filter((slot) => identifying.has(slotKind(slot)));
}
