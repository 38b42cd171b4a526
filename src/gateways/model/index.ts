export { createModelGateway } from './model-gateway.ts';
export { modelPipeline } from './pipeline.ts';
