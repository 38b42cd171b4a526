import { featuresOf } from '../language/features.ts';
import { areNeighbours } from '../language/lexicon.ts';
import type { FilledInput } from '../slots/fill-input.ts';
import type { Slot } from '../slots/schema.ts';
import type { Intent } from './intent.ts';

/**
 * A choice that an order left open or to its default although it has a word that the tool does not know: the word
 * may mean one of the values, so the user is asked before anything changes.
 */
export function findUnsaidChoice(intent: Intent, filled: FilledInput): Slot | undefined {
  const { tool, clause, sources } = intent;
  const open = tool.slots.find(
    ({ name, schema }) =>
      schema.choices !== undefined &&
      (filled.input[name] === undefined || filled.fromDefaults.includes(name)),
  );
  if (open === undefined) return undefined;
  const isKnown = (key: string) =>
    tool.vocabulary.has(key) || [...tool.vocabulary.keys()].some((own) => areNeighbours(own, key));
  const strange = featuresOf(clause.core, sources[0]?.language ?? 'en').some(
    (feature) => !isKnown(feature.key),
  );
  return strange ? open : undefined;
}
