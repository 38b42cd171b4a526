export type { FakeQueue } from './fake-queue.ts';
export { type FakeSqs, startFakeSqs } from './start-fake-sqs.ts';
