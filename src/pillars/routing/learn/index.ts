export { cheapest, curveOf } from './curve.ts';
export { areaUnderCurve } from './discrimination.ts';
export { createFeatureSource, type FeatureSource } from './feature-source.ts';
export { type Features, featuresOf } from './features.ts';
export { fitModel, type LinearModel, predict } from './linear-model.ts';
export { packModel, unpackModel } from './pack-model.ts';
export type { Sample, Side } from './sample.ts';
export { type Reason, type TrainedRoute, trainRoute } from './train-route.ts';
