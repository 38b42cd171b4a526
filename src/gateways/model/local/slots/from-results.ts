import type { JSONValue } from '@ai-sdk/provider';
import { fold } from '../language/fold.ts';
import { splitName } from '../language/tokenise.ts';
import { allows } from './allows.ts';
import { patternOf } from './identifier.ts';
import { isTelling, satisfies } from './pattern.ts';
import type { Slot } from './schema.ts';

/** A whole scalar of a tool result, with the names on the way to it. */
export type Leaf = { path: readonly string[]; value: string | number | boolean };

const deepest = 6;
const mostLeaves = 400;

/** The scalars of a result, in order; strings are taken whole, never searched, so prose offers no values. */
export function leavesOf(result: JSONValue, path: readonly string[] = []): Leaf[] {
  if (result === null) return [];
  if (typeof result !== 'object') return [{ path, value: result }];
  if (path.length >= deepest) return [];
  const entries: [string, JSONValue | undefined][] = Array.isArray(result)
    ? result.map((item): [string, JSONValue] => ['', item])
    : Object.entries(result);
  return entries
    .flatMap(([key, value]) =>
      value === undefined ? [] : leavesOf(value, key === '' ? path : [...path, key]),
    )
    .slice(0, mostLeaves);
}

const named = (slot: Slot, leaf: Leaf): boolean => {
  const wanted = fold(splitName(slot.name)).split(' ');
  const offered = fold(splitName(leaf.path.slice(-2).join(' '))).split(' ');
  const last = fold(splitName(leaf.path.at(-1) ?? '')).split(' ');
  return (
    wanted.every((word) => offered.includes(word)) && (last.includes(wanted[0] ?? '') || last.includes('id'))
  );
};

/**
 * The values that earlier tool results offer for a slot: whole scalars under the slot's own name; for an identifier
 * with a telling pattern also those of the right form under another name, when none has the name.
 */
export function findInResults(
  slot: Slot,
  leaves: readonly Leaf[],
  examples: readonly string[] = [],
): JSONValue[] {
  const fitting = leaves.filter((leaf) => allows(slot.schema, leaf.value));
  const byName = fitting.filter((leaf) => named(slot, leaf));
  const pattern = patternOf(slot, examples);
  const byForm = fitting.filter(
    ({ value }) =>
      typeof value === 'string' && pattern !== undefined && isTelling(pattern) && satisfies(value, pattern),
  );
  return [...new Set((byName.length > 0 ? byName : byForm).map((leaf) => leaf.value))];
}
