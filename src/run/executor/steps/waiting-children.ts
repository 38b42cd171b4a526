import type { RunJournal } from '../run-journal.ts';

/** Children of a run that were asked for and have no budget yet, by step key. */
const waiting = new WeakMap<RunJournal, Set<string>>();

/**
 * Joins the children that are about to be started, and gives code the time to ask for those beside it: what it asks
 * for together arrives together.
 *
 * @returns how many wait to be started now, itself included; they share what is left
 */
export async function amongSiblings(journal: RunJournal, key: string): Promise<number> {
  const siblings = waiting.get(journal) ?? new Set();
  waiting.set(journal, siblings);
  siblings.add(key);
  await new Promise((resolve) => setImmediate(resolve));
  const { size } = siblings;
  siblings.delete(key);
  return size;
}
