export { batchLane } from './batch-lane.ts';
export { type BatchPaces, BatchSender } from './batch-sender.ts';
export { type BatchWaitParts, batchWait } from './batch-wait.ts';
export type { BatchSize } from './batch-work.ts';
export { createBatchRequests } from './create-batch-requests.ts';
export { createBatchWork } from './create-batch-work.ts';
export { createPackScope } from './pack-scope.ts';
