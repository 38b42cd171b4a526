export type { FakeProvider } from './fake-provider.ts';
export type { FakeReply } from './reply.ts';
export { startFakeAnthropic } from './start-fake-anthropic.ts';
export { startFakeGoogle } from './start-fake-google.ts';
export { startFakeMistral } from './start-fake-mistral.ts';
export { startFakeOpenAi } from './start-fake-open-ai.ts';
export type { FakeModelRequest } from './wire.ts';
