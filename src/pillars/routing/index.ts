export { type CascadeParts, cascade } from './cascade/index.ts';
export { createFeatureSource } from './learn/index.ts';
export { type RoutingParts, routing } from './routing.ts';
export type { ModelFacts, OperatorModels } from './rules/index.ts';
export {
  countSamples,
  notRouted,
  pairNameOf,
  type Route,
  Routes,
  readRoute,
  type SampleCounts,
  SampleStore,
  trainAgent,
} from './store/index.ts';
export { toolSuccess } from './tool-success/index.ts';
