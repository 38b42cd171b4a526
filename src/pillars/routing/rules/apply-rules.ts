import type { Candidate } from '../../../contract/candidates.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelFacts, OperatorModels } from './operator-models.ts';
import { RULES } from './rules.ts';

/** A model that may not be asked, and by which rule. */
export type Refusal = { model: string; rule: string; because: string };

/** Parts the candidates of a call, in their order, into those that may be asked and those that may not. */
export function applyRules(
  { candidates, request, definition, run }: Pick<ModelCall, 'candidates' | 'request' | 'definition' | 'run'>,
  operator: Pick<OperatorModels, 'tenants'>,
  factsOf: (model: string) => ModelFacts,
): { allowed: Candidate[]; refused: Refusal[] } {
  const allowed: Candidate[] = [];
  const refused: Refusal[] = [];
  for (const candidate of candidates) {
    const { model } = candidate;
    const facts = factsOf(model);
    const asked = { model, facts, request, definition, tenant: run.tenant, operator };
    const refusal = RULES.map(({ id, refuses }) => ({ rule: id, because: refuses(asked) })).find(
      ({ because }) => because !== undefined,
    );
    if (refusal?.because === undefined) allowed.push(candidate);
    else refused.push({ model, rule: refusal.rule, because: refusal.because });
  }
  return { allowed, refused };
}
