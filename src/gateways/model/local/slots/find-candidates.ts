import { findAmounts } from './amount.ts';
import { findBoolean } from './boolean.ts';
import type { Candidate, Source } from './candidate.ts';
import { findChoices } from './choice.ts';
import { findContacts } from './contact-slot.ts';
import { findCounts } from './count.ts';
import type { FillContext } from './fill-context.ts';
import { findFreeText } from './free-text.ts';
import { completeIdentifiers, findIdentifiers } from './identifier.ts';
import { findMoments } from './moment.ts';
import { findNames } from './person-name.ts';
import type { Slot } from './schema.ts';
import type { SlotKind } from './slot-kind.ts';

/** The values that a tool's example inputs have for a slot. */
export const examplesOf = (slot: Slot, context: FillContext): string[] =>
  context.inputExamples.flatMap((input) => {
    const value = input[slot.name];
    return typeof value === 'string' ? [value] : [];
  });

/** The values that a text offers for a slot, found by the slot's kind. */
export function candidatesOf(slot: Slot, kind: SlotKind, source: Source, context: FillContext): Candidate[] {
  switch (kind) {
    case 'choice':
      return findChoices(slot, source);
    case 'identifier': {
      const found = findIdentifiers(slot, source, examplesOf(slot, context));
      return found.length > 0 ? found : completeIdentifiers(slot, source, examplesOf(slot, context));
    }
    case 'email':
    case 'phone':
      return findContacts(slot, kind, source);
    case 'date':
    case 'month':
    case 'time':
    case 'date-time':
      return findMoments(slot, kind, source);
    case 'money':
      return findAmounts(slot, source);
    case 'number':
      return findCounts(slot, source);
    case 'boolean':
      return findBoolean(slot, source);
    case 'name':
      return findNames(source.text, source.language).map(({ text, start, end, sure, exact }) => ({
        value: text,
        start,
        end,
        exact,
        rank: sure ? 1 : 0,
      }));
    default:
      return findFreeText(slot, source);
  }
}
