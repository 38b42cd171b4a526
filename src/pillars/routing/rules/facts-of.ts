import { KNOWN_MODELS } from './known-models.ts';
import { matches } from './matches.ts';
import type { ModelFacts, OperatorModels } from './operator-models.ts';

/** Models whose facts are kept at hand: clients may name any. */
const MOST_KEPT = 1_000;

/** {@link factsOf}, worked out once for each model: every call asks. */
export function createFacts(operator: OperatorModels['models']): (model: string) => ModelFacts {
  const kept = new Map<string, ModelFacts>();
  return (model) => {
    const known = kept.get(model);
    if (known !== undefined) return known;
    const facts = factsOf(model, operator);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(model, facts);
    return facts;
  };
}

/**
 * What is known of a model: what the operator says goes above what is known of old; of several patterns the longest
 * says most.
 *
 * @example
 * factsOf('mistral/mistral-small', { 'mistral/*': { regions: ['eu'] } }); // { audio: false, regions: ['eu'] }
 */
export function factsOf(model: string, operator: OperatorModels['models']): ModelFacts {
  return Object.assign({}, ...told(model, KNOWN_MODELS), ...told(model, operator));
}

function told(model: string, said: Readonly<Record<string, ModelFacts>>): ModelFacts[] {
  return Object.keys(said)
    .filter((pattern) => matches(pattern, model))
    .toSorted((one, other) => weight(one) - weight(other))
    .map((pattern) => said[pattern] ?? {});
}

/** A whole name says more than any pattern. */
function weight(pattern: string): number {
  return pattern.includes('*') ? pattern.length : Number.POSITIVE_INFINITY;
}
