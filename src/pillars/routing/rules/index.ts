export { applyRules } from './apply-rules.ts';
export { createFacts } from './facts-of.ts';
export { noModelAllowed } from './no-model-allowed.ts';
export type { ModelFacts, OperatorModels } from './operator-models.ts';
