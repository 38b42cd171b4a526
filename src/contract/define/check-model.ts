import { TIERS } from '../agent.ts';
import { isObject, objectWith, optional } from './check-fields.ts';
import { type Check, refuse } from './place.ts';
import { showValue } from './show-value.ts';

const modelName: Check = (value, place) => {
  if (typeof value === 'string' && (value === 'local' || /^[a-z0-9][a-z0-9_.-]*\/\S+$/i.test(value))) return;
  refuse(
    place,
    `is ${showValue(value)}`,
    "write 'provider/model', as in 'anthropic/claude-sonnet-5', or 'local'",
  );
};

const tiers = objectWith(Object.fromEntries(TIERS.map((tier) => [tier, optional(modelName)])));

/** One model's name, or a name for some of the tiers. */
export const modelChoice: Check = (value, place) => {
  if (!isObject(value)) return modelName(value, place);
  tiers(value, place);
  if (Object.values(value).every((model) => model === undefined)) {
    refuse(place, 'names no model', `give a model for at least one of ${TIERS.join(', ')}`);
  }
};
