import type { DefinitionManifest } from '../../../contract/manifest.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import { matches } from './matches.ts';
import { type Modality, modalitiesOf } from './modalities.ts';
import type { ModelFacts, OperatorModels } from './operator-models.ts';

/** What a rule decides by. */
export type Asked = {
  model: string;
  facts: ModelFacts;
  request: ModelRequest;
  definition: Pick<DefinitionManifest, 'residency'>;
  tenant: string;
  operator: Pick<OperatorModels, 'tenants'>;
};

/** A hard rule: a model that it refuses is not asked, whatever else speaks for it. */
export type Rule = {
  id: string;
  /** @returns why the model may not be asked; undefined when it may */
  refuses(asked: Asked): string | undefined;
};

const tools: Rule = {
  id: 'tools',
  refuses: ({ facts, request }) =>
    (request.tools?.length ?? 0) > 0 && facts.tools === false ? 'it calls no tools' : undefined,
};

const modality: Rule = {
  id: 'modality',
  refuses({ facts, request }) {
    const blind = [...modalitiesOf(request)].filter((needed: Modality) => facts[needed] === false);
    return blind.length === 0 ? undefined : `it takes no ${blind.join(' and no ')}`;
  },
};

const schema: Rule = {
  id: 'schema',
  refuses: ({ facts, request }) =>
    request.responseFormat?.schema !== undefined && facts.schema === false
      ? 'it holds to no output schema'
      : undefined,
};

const residency: Rule = {
  id: 'residency',
  refuses({ facts, definition }) {
    if (definition.residency === undefined) return undefined;
    if (facts.regions === undefined) return 'nobody says in which region it is';
    const outside = facts.regions.filter((region) => !definition.residency?.includes(region));
    return outside.length === 0 ? undefined : `it may process data in ${outside.join(', ')}`;
  },
};

const tenant: Rule = {
  id: 'tenant',
  refuses({ model, tenant, operator }) {
    const policy = Object.hasOwn(operator.tenants, tenant) ? operator.tenants[tenant] : undefined;
    if (policy === undefined || policy.models.some((pattern) => matches(pattern, model))) return undefined;
    return `the tenant "${tenant}" may not ask it`;
  },
};

/** The hard rules, in the order in which they are asked; the first that refuses is named. */
export const RULES: readonly Rule[] = [tenant, residency, tools, modality, schema];
