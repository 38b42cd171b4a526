export { breaker, Circuits, createHealthTable, listProviders, type ProviderHealth } from './circuit/index.ts';
export { type ConcurrencyLimits, concurrency } from './concurrency.ts';
export { fallback } from './fallback.ts';
export { outage } from './outage.ts';
export { retryModel } from './retry-model.ts';
export { retryTool } from './retry-tool.ts';
export { LOST, NOT_STARTED } from './run-attempts.ts';
