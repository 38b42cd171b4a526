import type { Entry, NewEntry } from '../../../contract/entry.ts';

/** Something that a run did, told apart by its key. */
export function fact(key: string): NewEntry {
  return {
    meta: { kind: 'step.completed', key, operation: 'memo', outcome: 'ok' },
    body: { output: `what ${key} gave` },
  };
}

export const stamped = (entry: NewEntry, at = 1_750_000_000_000): Entry => ({
  ...entry,
  meta: { ...entry.meta, at },
});

/** The keys of a frame's entries. */
export function keysOf(meta: string): string[] {
  return (JSON.parse(meta) as { key: string }[]).map(({ key }) => key);
}
