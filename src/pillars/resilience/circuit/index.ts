export { breaker } from './breaker.ts';
export { Circuits } from './circuits.ts';
export { createHealthTable } from './health-table.ts';
export { listProviders, type ProviderHealth } from './list-providers.ts';
