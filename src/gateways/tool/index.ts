export { ledger } from './ledger.ts';
export { toolPipeline } from './pipeline.ts';
export { createToolGateway } from './tool-gateway.ts';
