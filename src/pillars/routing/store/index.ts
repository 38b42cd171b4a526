export { countSamples, type SampleCounts } from './read-samples.ts';
export { type Route, readRoute } from './route-table.ts';
export { Routes } from './routes.ts';
export { SampleStore } from './sample-store.ts';
export { notRouted, pairNameOf, trainAgent } from './train-agent.ts';
