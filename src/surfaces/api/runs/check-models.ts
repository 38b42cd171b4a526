import { candidatesOf } from '../../../contract/candidates.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import type { RouteParts } from '../parts.ts';

/**
 * A run that could never call a model is refused here, where somebody still reads the answer. One model that can be
 * called is enough: the others of a definition fall back to it.
 *
 * @throws BulkheadError `unknown_model`; `missing_key` and the like where no model is left
 */
export async function checkModels(
  { model }: Pick<DefinitionManifest, 'model'>,
  models: RouteParts['models'],
): Promise<void> {
  const names = new Set(candidatesOf(model, models.defaultModel).map((candidate) => candidate.model));
  const refusals: unknown[] = [];
  for (const name of names) {
    try {
      await models.check(name);
    } catch (error) {
      // A name that means nothing is a mistake, whatever else is there.
      if (!BulkheadError.isInstance(error) || error.code === 'unknown_model') throw error;
      refusals.push(error);
    }
  }
  if (refusals.length === names.size) throw refusals[0];
}
