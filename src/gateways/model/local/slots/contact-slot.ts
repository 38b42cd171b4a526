import { allows } from './allows.ts';
import type { Candidate, Source } from './candidate.ts';
import type { Slot } from './schema.ts';

/** E-mail addresses or telephone numbers of a text; a number is respelled when the slot's pattern wants it so. */
export function findContacts(slot: Slot, kind: 'email' | 'phone', source: Source): Candidate[] {
  return source.entities.flatMap((entity) => {
    if (entity.kind !== kind) return [];
    const { start, end } = entity;
    const digits = entity.text.replace(/[^\d+]/g, '');
    const spellings = kind === 'email' ? [entity.text] : [entity.text, digits, digits.replace(/^\+/, '')];
    const value = spellings.find((spelling) => allows(slot.schema, spelling)) ?? entity.text;
    return [{ value, start, end, exact: true, rank: 0 }];
  });
}
