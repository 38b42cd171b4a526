export { retryModel } from './retry-model.ts';
export { retryTool } from './retry-tool.ts';
export { LOST, NOT_STARTED } from './run-attempts.ts';
