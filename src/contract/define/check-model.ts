import { TIERS } from '../agent.ts';
import { isObject, objectWith, optional } from './check-fields.ts';
import { listOf } from './check-values.ts';
import { type Check, refuse } from './place.ts';
import { showValue } from './show-value.ts';

/** `'provider/model'`, or `'local'`. */
export const modelName: Check = (value, place) => {
  if (typeof value === 'string' && (value === 'local' || /^[a-z0-9][a-z0-9_.-]*\/\S+$/i.test(value))) return;
  refuse(
    place,
    `is ${showValue(value)}`,
    "write 'provider/model', as in 'anthropic/claude-sonnet-5', or 'local'",
  );
};

/** One name, or several in the order in which they are asked. */
const modelNames: Check = (value, place) => {
  if (!Array.isArray(value)) return modelName(value, place);
  if (value.length === 0) refuse(place, 'names no model', "write at least one 'provider/model'");
  listOf(modelName)(value, place);
};

const tiers = objectWith(Object.fromEntries(TIERS.map((tier) => [tier, optional(modelNames)])));

/** Names of models, or names for some of the tiers. */
export const modelChoice: Check = (value, place) => {
  if (!isObject(value)) return modelNames(value, place);
  tiers(value, place);
  if (Object.values(value).every((model) => model === undefined)) {
    refuse(place, 'names no model', `give a model for at least one of ${TIERS.join(', ')}`);
  }
};
