export { type Effect, type FakeService, type ServiceFault, startFakeService } from './start-fake-service.ts';
