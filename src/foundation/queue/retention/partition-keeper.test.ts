import { afterEach, expect, it, vi } from 'vitest';
import { keepPartitions } from './partition-keeper.ts';
import { openTestRetention, type TestRetention } from './testing/open-test-retention.ts';

let queue: TestRetention | undefined;
afterEach(() => queue?.drop());

it('makes what is missing now and then, and says so', async () => {
  queue = await openTestRetention();
  await queue.owner.query("UPDATE retention_class SET ahead = ahead + 1 WHERE name = 'standard'");
  const log = vi.fn();
  const keeper = keepPartitions({ pool: queue.pool, log, pause: 5 });
  await vi.waitFor(() => expect(log).toHaveBeenCalled(), { timeout: 10_000 });
  keeper.stop();
  expect(log.mock.calls).toEqual([
    [
      'info',
      'Partitions of the journal were made.',
      { partitions: [expect.stringMatching(/^frame_standard_/)] },
    ],
  ]);
});

it('says what went wrong, and goes on', async () => {
  queue = await openTestRetention();
  await queue.owner.query('REVOKE EXECUTE ON FUNCTION make_next_frame_partition() FROM bulkhead_worker');
  const log = vi.fn();
  const keeper = keepPartitions({ pool: queue.pool, log, pause: 5 });
  await vi.waitFor(() => expect(log.mock.calls.length).toBeGreaterThan(1), { timeout: 10_000 });
  keeper.stop();
  expect(log.mock.calls[0]).toEqual([
    'warn',
    expect.any(String),
    { error: expect.stringContaining('permission') },
  ]);
});
