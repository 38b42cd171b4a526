import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../api/testing/open-test-api.ts';
import type { IntakeSource } from './config/source.ts';
import { startIntake } from './start-intake.ts';

const SOURCE: IntakeSource = {
  kind: 'redis',
  name: 'orders',
  broker: 'redis://127.0.0.1',
  queue: 'runs',
  tenant: 'nobody',
  deadLetter: 'runs:dead',
  replyTo: [],
  prefetch: 4,
  takenOverAfter: 30_000,
};

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.drop());

describe('the start of an intake', () => {
  it('names the source whose tenant is not there, and what to do', async () => {
    const pool = api.worker.store.pool;
    const started = startIntake({ ...api.parts, sources: [SOURCE], pool, log: () => {} });
    await expect(started).rejects.toMatchObject({
      code: 'unknown_tenant',
      message: expect.stringMatching(/source "orders" of the intake file.*"nobody".*Correct it/),
    });
  });
});
