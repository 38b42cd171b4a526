import { TIERS } from '../agent.ts';
import { isObject, objectWith, optional } from './check-fields.ts';
import { functionValue, listOf, numberFrom, trueOrFalse } from './check-values.ts';
import { type Check, fieldOf, type Place, refuse } from './place.ts';
import { showValue } from './show-value.ts';

/** Which tier is asked first, and what becomes of an answer that will not do. */
export const routingPolicy: Check = objectWith({
  cascade: optional(trueOrFalse),
  verify: optional(functionValue),
  shadow: optional(numberFrom(0, 1)),
  quality: optional(numberFrom(0.5, 1)),
});

const region: Check = (value, place) => {
  if (typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,31}$/.test(value)) return;
  refuse(place, `is ${showValue(value)}`, "write a region as the operator names it, as in 'eu'");
};

/** Regions in which data may be processed. */
export const residency: Check = (value, place) => {
  listOf(region)(value, place);
  if (Array.isArray(value) && value.length === 0)
    refuse(
      place,
      'names no region, so that no model could be asked',
      "name one, as in ['eu'], or leave it out",
    );
};

/** Who routes needs something to choose between. */
export function routingFitsModel({ routing, model }: Record<string, unknown>, place: Place): void {
  if (routing === undefined) return;
  const tiers = isObject(model) ? TIERS.filter((tier) => model[tier] !== undefined) : [];
  if (tiers.length > 1) return;
  refuse(
    fieldOf(place, 'routing'),
    'stands in a definition that names models of fewer than two tiers, so there is nothing to choose between',
    "write model: { small: 'provider/model', large: 'provider/model' }, or leave routing out",
  );
}

/** Nothing says in which region an embedding model stands, so what may not leave a region is not sent to one. */
export function residencyFitsCache(
  { residency: regions, cache }: Record<string, unknown>,
  place: Place,
): void {
  const semantic = isObject(cache) ? cache.semantic : undefined;
  const embedding = isObject(semantic) ? semantic.embedding : undefined;
  if (regions === undefined || embedding === undefined || embedding === 'local') return;
  refuse(
    fieldOf(fieldOf(fieldOf(place, 'cache'), 'semantic'), 'embedding'),
    `is ${showValue(embedding)}, and the definition says in which regions its data may be processed`,
    "leave it out, for the 'local' one, which sends nothing anywhere",
  );
}
