import { candidatesOf } from '../../../../contract/candidates.ts';
import type { Deployment } from '../../../../pillars/release/index.ts';

/** A model as OpenAI lists it. */
export type ListedModel = {
  id: string;
  object: 'model';
  /** Seconds since the epoch: since when it is deployed, or named by what is. */
  created: number;
  owned_by: string;
};

const OURS = 'bulkhead';

/**
 * What a client may write as `model`: deployed agents first, then the models that they name.
 *
 * @param deployments by name
 * @param defaultModel of agents that name none
 */
export function modelsOf(deployments: readonly Deployment[], defaultModel: string): ListedModel[] {
  const agents = deployments.filter(({ kind }) => kind === 'agent');
  const named = new Map<string, number>();
  for (const { definition, deployedAt } of agents) {
    for (const { model } of candidatesOf(definition.model, defaultModel)) {
      named.set(model, Math.min(named.get(model) ?? Number.POSITIVE_INFINITY, deployedAt.getTime()));
    }
  }
  return [
    ...agents.map(({ definition, deployedAt }) => listed(definition.name, deployedAt.getTime(), OURS)),
    ...[...named].sort(byName).map(([model, since]) => listed(model, since, ownerOf(model))),
  ];
}

function listed(id: string, since: number, owner: string): ListedModel {
  return { id, object: 'model', created: Math.floor(since / 1_000), owned_by: owner };
}

/** `'provider/model'`; what has no provider runs in this process. */
function ownerOf(model: string): string {
  const [provider = OURS, name] = model.split('/', 2);
  return name === undefined ? OURS : provider;
}

function byName([one]: [string, number], [other]: [string, number]): number {
  return one < other ? -1 : 1;
}
