export { type BatchCall, type BatchResult, hasBatches, type ModelBatches } from './batch/index.ts';
export { type CallSettings, callModel } from './call-model.ts';
export { createModelRegistry, type ModelRegistry } from './create-model-registry.ts';
export { detectDefaultModel, type Probe } from './detect-default-model.ts';
export type { Environment } from './provider-access.ts';
export { providerEndpoint } from './provider-endpoint.ts';
export type { ProviderResponse } from './provider-response.ts';
export { providers } from './providers.ts';
export { toProviderError } from './to-provider-error.ts';
